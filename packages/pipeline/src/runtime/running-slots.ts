import { type Deferred, deferred } from "concurry/internal";
import type { Item } from "../elements/element.ts";
import { Slot, type SlotOwner } from "./slot.ts";

/** The slots whose calls run, and those that are free again. */
export class RunningSlots {
  readonly #owner: SlotOwner;
  readonly #running: Slot[] = [];
  readonly #free: Slot[] = [];
  #rest: Deferred | undefined;

  constructor(owner: SlotOwner) {
    this.#owner = owner;
  }

  get size(): number {
    return this.#running.length;
  }

  list(): readonly Slot[] {
    return [...this.#running];
  }

  /** A slot for a call of this element. */
  add(item: Item): Slot {
    const slot = this.#free.pop() ?? new Slot(this.#owner, item);
    slot.item = item;
    slot.position = 0;
    slot.place = this.#running.push(slot) - 1;
    return slot;
  }

  /** Takes out a slot: its call has ended, or nobody waits for it any more. */
  remove(slot: Slot): void {
    const last = this.#running.pop();
    if (last !== undefined && last !== slot) {
      last.place = slot.place;
      this.#running[slot.place] = last;
    }
    slot.place = -1;
    if (this.#running.length === 0) this.#rest?.resolve();
  }

  /** Takes out a slot whose call has ended. */
  release(slot: Slot): void {
    if (slot.place < 0) return;
    this.remove(slot);
    this.recycle(slot);
  }

  /** Makes a slot that was taken out free for another element. */
  recycle(slot: Slot): void {
    slot.iterator = undefined;
    slot.context = undefined;
    slot.promise = undefined;
    this.#free.push(slot);
  }

  /** Resolves when nothing runs; undefined when nothing does now. */
  rest(): Promise<void> | undefined {
    if (this.#running.length === 0) return undefined;
    this.#rest ??= deferred();
    return this.#rest.promise;
  }
}
