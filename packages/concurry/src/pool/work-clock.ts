/** Adds up for one worker how long it had calls to run, and how long it had none, while it was ready. */
export class WorkClock {
  #readyAt: number | undefined;
  #busySince: number | undefined;
  #workingMs = 0;
  #readyMs = 0;

  ready(now: number): void {
    this.#readyAt = now;
  }

  /** A first call runs. */
  busy(now: number): void {
    this.#busySince = now;
  }

  /** No call runs any more. */
  idle(now: number): void {
    if (this.#busySince === undefined) return;
    this.#workingMs += now - this.#busySince;
    this.#busySince = undefined;
  }

  /** The worker has ended; what was counted stays. */
  ended(now: number): void {
    this.idle(now);
    if (this.#readyAt !== undefined) this.#readyMs += now - this.#readyAt;
    this.#readyAt = undefined;
  }

  /** Milliseconds ready, and of them with a call and without. */
  times(now: number): { readonly readyMs: number; readonly workingMs: number; readonly waitingMs: number } {
    const readyMs = this.#readyMs + (this.#readyAt === undefined ? 0 : now - this.#readyAt);
    const workingMs = this.#workingMs + (this.#busySince === undefined ? 0 : now - this.#busySince);
    return { readyMs, workingMs, waitingMs: readyMs - workingMs };
  }
}
