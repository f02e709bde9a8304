import type { Item } from "../elements/element.ts";
import { childOf, endChildren } from "../elements/marks.ts";
import type { OutputQueues } from "../queues/output-queues.ts";
import { yieldedValue } from "./apply-error-policy.ts";
import { iteratorOf } from "./iterator-of.ts";
import type { Slot } from "./slot.ts";
import type { StageRun } from "./stage-run.ts";
import type { AttemptLimits } from "./time-limits.ts";
import { Turns } from "./turns.ts";

/** What streams tell their stage. */
export interface StreamOwner {
  /** The stream has given all its items. */
  onStreamEnd(slot: Slot): void;
  onError(slot: Slot, error: unknown): void;
  /** Streams may go on. */
  readonly wake: () => void;
}

/** The iterators that a `flatMap` stage got: each gives items while there is room for them. */
export class ItemStreams {
  readonly #run: StageRun;
  readonly #out: OutputQueues<Item>;
  readonly #owner: StreamOwner;
  readonly #limits: AttemptLimits<Slot> | undefined;
  readonly #turns: Turns = new Turns(() => this.#owner.wake());
  #stalled: Slot[] = [];

  constructor(
    run: StageRun,
    out: OutputQueues<Item>,
    owner: StreamOwner,
    limits: AttemptLimits<Slot> | undefined,
  ) {
    this.#run = run;
    this.#out = out;
    this.#owner = owner;
    this.#limits = limits;
  }

  /** @throws {TypeError} For what can't be iterated. */
  open(slot: Slot, value: unknown): void {
    const { iterator, isAsync } = iteratorOf(value, this.#run.name);
    slot.iterator = iterator;
    slot.isAsync = isAsync;
    slot.position = 0;
    this.#pump(slot);
  }

  /** An asynchronous iterator has answered. */
  onNext(slot: Slot, result: IteratorResult<unknown>): void {
    if (this.#give(slot, result)) this.#pump(slot);
  }

  /** There may be room again. */
  resume(): void {
    if (this.#stalled.length === 0 || !this.#hasRoom()) return;
    const stalled = this.#stalled;
    this.#stalled = [];
    for (const slot of stalled) this.#pump(slot);
  }

  /** Leaves a stream as a loop that is left does. True when it was waiting for room, so that nothing of it runs. */
  leave(slot: Slot): boolean {
    const iterator = slot.iterator;
    slot.iterator = undefined;
    const at = this.#stalled.indexOf(slot);
    if (at >= 0) this.#stalled.splice(at, 1);
    if (iterator !== undefined) void returnIterator(iterator);
    return at >= 0;
  }

  #pump(slot: Slot): void {
    for (;;) {
      const { iterator } = slot;
      if (iterator === undefined) return;
      if (!this.#hasRoom()) {
        this.#stalled.push(slot);
        return;
      }
      try {
        const next: unknown = iterator.next();
        if (slot.isAsync) {
          this.#limits?.set(slot);
          Promise.resolve(next).then(slot.onValue, slot.onError);
          return;
        }
        if (!this.#give(slot, next as IteratorResult<unknown>)) return;
      } catch (error) {
        this.#owner.onError(slot, error);
        return;
      }
    }
  }

  #give(slot: Slot, result: IteratorResult<unknown>): boolean {
    const { item } = slot;
    if (result.done) {
      slot.iterator = undefined;
      endChildren(item);
      this.#owner.onStreamEnd(slot);
      return false;
    }
    const child = childOf(item, slot.position++, result.value);
    child.value = yieldedValue(this.#run, child, result.value);
    this.#out.push(child);
    return true;
  }

  /** Each worker may hold an item that there is no room for. */
  #hasRoom(): boolean {
    const { room } = this.#out;
    if (room === Number.NEGATIVE_INFINITY || room + this.#run.options.workers <= 0) return false;
    return this.#turns.mayGoOn();
  }
}

async function returnIterator(iterator: Iterator<unknown> | AsyncIterator<unknown>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // Nobody waits for this element any more.
  }
}
