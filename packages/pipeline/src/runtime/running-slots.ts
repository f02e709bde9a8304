import { type Deferred, deferred } from "concurry/internal";
import type { Item } from "../elements/element.ts";
import { Slot, type SlotOwner } from "./slot.ts";

/** The slots whose calls run, and those that are free again. */
export class RunningSlots {
  readonly #owner: SlotOwner;
  /** First those that run, then those that are free. */
  readonly #slots: Slot[] = [];
  #size = 0;
  #rest: Deferred | undefined;

  constructor(owner: SlotOwner) {
    this.#owner = owner;
  }

  get size(): number {
    return this.#size;
  }

  list(): readonly Slot[] {
    return this.#slots.slice(0, this.#size);
  }

  /** A slot for a call of this element. */
  add(item: Item): Slot {
    if (this.#size === this.#slots.length) this.#slots.push(new Slot(this.#owner, item));
    const slot = this.#slots[this.#size] as Slot;
    slot.item = item;
    slot.position = 0;
    slot.place = this.#size++;
    return slot;
  }

  /** Takes out a slot: its call has ended, or nobody waits for it any more. */
  remove(slot: Slot): void {
    this.#end(slot);
    const last = this.#slots.pop();
    if (last !== undefined && last !== slot) this.#slots[this.#size] = last;
  }

  /** Takes out a slot whose call has ended, and makes it free for another element. */
  release(slot: Slot): void {
    if (slot.place < 0) return;
    this.#end(slot);
    forget(slot);
  }

  /** Makes a slot that was taken out free for another element. */
  recycle(slot: Slot): void {
    forget(slot);
    this.#slots.push(slot);
  }

  /** Resolves when nothing runs; undefined when nothing does now. */
  rest(): Promise<void> | undefined {
    if (this.#size === 0) return undefined;
    this.#rest ??= deferred();
    return this.#rest.promise;
  }

  /** Makes it the first of those that don't run. */
  #end(slot: Slot): void {
    const last = this.#slots[--this.#size] as Slot;
    this.#slots[slot.place] = last;
    last.place = slot.place;
    this.#slots[this.#size] = slot;
    slot.place = -1;
    if (this.#size === 0) this.#rest?.resolve();
  }
}

/** What belongs to an element that is done with shall not live on. */
function forget(slot: Slot): void {
  slot.iterator = undefined;
  slot.context = undefined;
  slot.promise = undefined;
}
