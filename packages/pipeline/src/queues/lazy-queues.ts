import type { Item } from "../elements/element.ts";
import { IterableQueue } from "./iterable-queue.ts";

/** A queue of no capacity: what is in front of a stage without one. Its producers may hold one element each. */
export class DirectQueue extends IterableQueue<Item> {
  override get room(): number {
    return this.forceStop ? Number.NEGATIVE_INFINITY : -this.size;
  }
}

/** A queue that has room for what its reader waits for, and for nothing ahead. */
export class DemandQueue extends IterableQueue<Item> {
  /** Elements that the reader waits for. */
  wanted = 0;

  override get room(): number {
    return this.forceStop ? Number.NEGATIVE_INFINITY : this.wanted - 1 - this.size;
  }
}
