import { performance } from "node:perf_hooks";

// Timers and signals are late by this much where nothing ever waits.
const LONGEST_MS = 10;
// The clock costs as much as a small function: it is read for one element of so many, for each one where they are slow.
const MOST_UNTIMED = 64;
const SLOW_MS = 1;

/** Lets the event loop have its turn now and then during work that never waits. */
export class Turns {
  readonly #goOn: () => void;
  #untimed = 1;
  #left = 1;
  #lookedAt: number = performance.now();
  #startedAt: number = this.#lookedAt;
  #isPaused = false;

  /** @param goOn Called after each turn of the event loop that was waited for. */
  constructor(goOn: () => void) {
    this.#goOn = goOn;
  }

  /** Asked before each element; false while the event loop has its turn. */
  mayGoOn(): boolean {
    return --this.#left > 0 || this.#look();
  }

  #look(): boolean {
    if (this.#isPaused) return false;
    const now = performance.now();
    this.#untimed =
      now - this.#lookedAt < SLOW_MS ? Math.min(this.#untimed * 2, MOST_UNTIMED) : (this.#untimed + 1) >> 1;
    this.#left = this.#untimed;
    this.#lookedAt = now;
    if (now - this.#startedAt < LONGEST_MS) return true;
    this.#isPaused = true;
    this.#left = 0;
    setImmediate(this.#resume);
    return false;
  }

  readonly #resume = (): void => {
    this.#isPaused = false;
    this.#left = this.#untimed;
    this.#lookedAt = performance.now();
    this.#startedAt = this.#lookedAt;
    this.#goOn();
  };
}
