import type { Call } from "./call.ts";

/** Calls in flight at one worker, each in a numbered place that is used again. */
export class Slots {
  readonly #calls: (Call | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #capacity: number;
  #taken = 0;
  /** Places taken. */
  count = 0;
  /** Sum of the calls' costs. */
  load = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get isFull(): boolean {
    return this.count === this.#capacity;
  }

  take(call: Call): void {
    const slot = this.#free.pop() ?? this.#calls.length;
    this.#calls[slot] = call;
    call.slot = slot;
    this.#taken += 1;
    call.order = this.#taken;
    this.count += 1;
    this.load += call.cost;
  }

  at(slot: number): Call | undefined {
    return this.#calls[slot];
  }

  free(slot: number): Call | undefined {
    const call = this.#calls[slot];
    if (call === undefined) return undefined;
    this.#calls[slot] = undefined;
    this.#free.push(slot);
    this.count -= 1;
    this.load -= call.cost;
    return call;
  }

  /** Puts another in the place of a call. */
  replace(call: Call, other: Call): void {
    this.#calls[call.slot] = other;
  }

  /** Of the calls that pass, the one that was sent last. */
  newest(passes: (call: Call) => boolean): Call | undefined {
    return this.list().findLast(passes);
  }

  /** The calls in the order in which they were sent. */
  list(): Call[] {
    return this.#calls.filter((call) => call !== undefined).sort((a, b) => a.order - b.order);
  }

  /** Empties all places. The calls come in the order in which they were sent. */
  takeAll(): Call[] {
    const calls = this.list();
    for (const call of calls) this.free(call.slot);
    return calls;
  }
}
