import type { LimitClock } from "../../src/limits/limits.ts";

const MICROSECONDS = 1000;
// As Node does: a longer timer fires after one millisecond.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Timer {
  readonly at: number;
  readonly number: number;
  readonly callback: () => void;
}

/** Time that moves by hand. Inside, it counts integer microseconds. */
export class FakeClock implements LimitClock {
  /** How many timers were set. */
  timersSet = 0;
  #now: number;
  #timers: Timer[] = [];

  constructor(startMs = 0) {
    this.#now = startMs * MICROSECONDS;
  }

  get timers(): number {
    return this.#timers.length;
  }

  get microseconds(): number {
    return this.#now;
  }

  /** When the next timer fires, in microseconds; Infinity for none. */
  get next(): number {
    return Math.min(...this.#timers.map((timer) => timer.at));
  }

  now(): number {
    return this.#now / MICROSECONDS;
  }

  set(callback: () => void, milliseconds: number): unknown {
    const real = milliseconds > LONGEST_TIMER_MS ? 1 : Math.max(1, Math.trunc(milliseconds));
    const timer = { at: this.#now + real * MICROSECONDS, number: ++this.timersSet, callback };
    this.#timers.push(timer);
    return timer;
  }

  clear(timer: unknown): void {
    this.#timers = this.#timers.filter((other) => other !== timer);
  }

  /** Moves time, firing timers on the way; calls back at each moment at which one fired. */
  moveTo(microseconds: number, onMoment: () => void = () => {}): void {
    while (this.next <= microseconds) {
      this.fireNext();
      onMoment();
    }
    this.#now = microseconds;
  }

  /** Moves to the next timer and fires it. */
  fireNext(): void {
    const timer = this.#timers.reduce((first, other) =>
      other.at < first.at || (other.at === first.at && other.number < first.number) ? other : first,
    );
    this.clear(timer);
    this.#now = Math.max(this.#now, timer.at);
    timer.callback();
  }

  /** Moves time, letting promises settle before each timer and at the end. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + Math.round(milliseconds * MICROSECONDS);
    await settle();
    while (this.next <= end) {
      this.fireNext();
      await settle();
    }
    this.#now = end;
  }
}

/** Lets all promise reactions run that can. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
