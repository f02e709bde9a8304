const TICK_MS = 4;
// A gap between two ticks that says: this thread could not go on.
const STALL_MS = 3 * TICK_MS;
// What came in a stall is read within a few turns of the loop after it.
const AFTERMATH_MS = 5 * TICK_MS;

/** Knows how late an event loop is, so that nobody is blamed for what came in time and was only read late. */
export class LoopClock {
  #latest = performance.now();
  #before = this.#latest;
  #stalledAt = this.#latest;
  #isOverAt = this.#latest;
  readonly #timer = setInterval(() => this.#tick(performance.now()), TICK_MS);

  /** The earliest moment, in milliseconds, at which what is read now can have come. */
  earliest(now: number): number {
    return now < this.#isOverAt ? this.#stalledAt : this.#before;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #tick(now: number): void {
    if (now - this.#latest > STALL_MS) {
      if (now > this.#isOverAt) this.#stalledAt = this.#latest;
      this.#isOverAt = now + AFTERMATH_MS;
    }
    this.#before = this.#latest;
    this.#latest = now;
  }
}
