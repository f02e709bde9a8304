import type { Call } from "./call.ts";

/** Calls in flight at one worker, each in a numbered place that is used again. */
export class Slots {
  readonly #calls: (Call | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #capacity: number;
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

  /** The call that was sent before all others. */
  oldest(): Call | undefined {
    let oldest: Call | undefined;
    for (const call of this.#calls) {
      if (call !== undefined && (oldest === undefined || inOrder(call, oldest) < 0)) oldest = call;
    }
    return oldest;
  }

  /** Puts another in the place of a call. */
  replace(call: Call, other: Call): void {
    this.#calls[call.slot] = other;
  }

  /** Of the calls that pass, the one that was sent last. */
  newest(passes: (call: Call) => boolean): Call | undefined {
    return this.#calls.reduce<Call | undefined>((newest, call) => {
      if (call === undefined || !passes(call)) return newest;
      return newest === undefined || inOrder(newest, call) < 0 ? call : newest;
    }, undefined);
  }

  list(): Call[] {
    return this.#calls.filter((call) => call !== undefined);
  }

  /** Empties all places. The calls come in the order in which they were sent. */
  takeAll(): Call[] {
    const calls = this.#calls.filter((call) => call !== undefined);
    for (const call of calls) this.free(call.slot);
    return calls.sort(inOrder);
  }
}

/** Messages are numbered; inside one, calls go in the order in which they were made. */
function inOrder(a: Call, b: Call): number {
  return a.message - b.message || a.number - b.number;
}
