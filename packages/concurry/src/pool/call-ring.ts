import type { Call } from "./call.ts";

const FIRST_CAPACITY = 16;

/**
 * Calls of one priority that wait, in order. A ring buffer: adding and taking cost the same whatever waits. A call that
 * is cancelled stays where it is and is passed over; only its place is spent.
 */
export class CallRing {
  #ring: (Call | undefined)[] = new Array(FIRST_CAPACITY);
  #head = 0;
  #count = 0;
  #gone = 0;

  /** Calls that wait, without the cancelled ones. */
  get size(): number {
    return this.#count - this.#gone;
  }

  push(call: Call): void {
    // Cancelled calls must not pile up behind one that is stuck.
    if (this.#gone > FIRST_CAPACITY && this.#gone > this.#count / 2) this.replace(this.takeAll());
    if (this.#count === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#count) & (this.#ring.length - 1)] = call;
    this.#count += 1;
  }

  /** The call that is next; it stays. */
  peek(): Call | undefined {
    while (this.#count > 0) {
      const call = this.#ring[this.#head];
      if (call?.isWaiting) return call;
      this.#drop();
      this.#gone -= 1;
    }
    return undefined;
  }

  shift(): Call | undefined {
    const call = this.peek();
    if (call !== undefined) this.#drop();
    return call;
  }

  /** Tells that one of the calls in here is about to be cancelled. */
  forget(): void {
    this.#gone += 1;
  }

  /** The calls that wait, in order; they stay. */
  list(): Call[] {
    const { length } = this.#ring;
    const places = Array.from(
      { length: this.#count },
      (_, at) => this.#ring[(this.#head + at) & (length - 1)],
    );
    return places.filter((call) => call?.isWaiting) as Call[];
  }

  /** Empties the queue. */
  takeAll(): Call[] {
    const calls: Call[] = [];
    for (let call = this.shift(); call !== undefined; call = this.shift()) calls.push(call);
    return calls;
  }

  /** Puts calls in, in place of all that are there. */
  replace(calls: readonly Call[]): void {
    let capacity = FIRST_CAPACITY;
    while (capacity <= calls.length) capacity *= 2;
    this.#ring = new Array(capacity);
    this.#head = 0;
    this.#count = 0;
    this.#gone = 0;
    for (const call of calls) this.push(call);
  }

  #drop(): void {
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#count -= 1;
  }

  #grow(): void {
    const { length } = this.#ring;
    const ring = new Array<Call | undefined>(length * 2);
    for (let index = 0; index < length; index += 1)
      ring[index] = this.#ring[(this.#head + index) & (length - 1)];
    this.#ring = ring;
    this.#head = 0;
  }
}
