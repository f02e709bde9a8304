import type { Item } from "../elements/element.ts";
import { compareIndexes } from "../elements/element-index.ts";

/** Holds all elements and then gives them in order: `ordered({ window: Infinity })`. */
export class SortBarrier {
  #items: Item[] = [];
  #next = -1;

  get held(): number {
    return this.#items.length - Math.max(0, this.#next);
  }

  add(item: Item): void {
    this.#items.push(item);
  }

  /** No more elements come. */
  end(): void {
    if (this.#next >= 0) return;
    this.#items.sort((left, right) => compareIndexes(left.index, right.index) || left.origin - right.origin);
    this.#next = 0;
  }

  /** The next element, once all are here. */
  take(): Item | undefined {
    if (this.#next < 0) return undefined;
    return this.#next < this.#items.length ? this.#items[this.#next++] : undefined;
  }
}
