/**
 * Adds up for one worker how long it had calls to run, and how long it had none, while it was ready.
 *
 * A worker that runs one call at a time measures this itself: seen from here a call also takes its way there and back,
 * and as long as the caller is too busy to look. Of calls side by side only the pool knows when any of them runs. In the
 * pool's own realm the worker isn't asked either: it would have to read the clock for each call.
 */
export class WorkClock {
  readonly #isMeasured: boolean;
  #readyAt: number | undefined;
  #busySince: number | undefined;
  #measuredAt = 0;
  #workingMs = 0;
  #readyMs = 0;

  constructor(isMeasured: boolean) {
    this.#isMeasured = isMeasured;
  }

  ready(now: number): void {
    this.#readyAt = now;
  }

  /** A first call runs. */
  busy(now: number): void {
    this.#busySince = now;
  }

  /** No call runs any more. */
  idle(now: number): void {
    if (this.#isMeasured) this.#busySince = undefined;
    else this.close(now);
  }

  /** The same, where the worker tells nothing of what ran. */
  close(now: number): void {
    this.#workingMs += this.#openMs(now);
    this.#busySince = undefined;
  }

  /** The worker says that it was busy for so long. */
  measured(busyMs: number, now: number): void {
    if (!this.#isMeasured) return;
    this.#workingMs += busyMs;
    this.#measuredAt = now;
  }

  /** What has run until now isn't measured by the worker: it counts as seen from here. */
  unmeasured(now: number): void {
    this.measured(this.#openMs(now), now);
  }

  /** The worker has ended; what was counted stays. */
  ended(now: number): void {
    this.close(now);
    if (this.#readyAt !== undefined) this.#readyMs += now - this.#readyAt;
    this.#readyAt = undefined;
  }

  /** Milliseconds ready, and of them with a call and without. */
  times(now: number): { readonly readyMs: number; readonly workingMs: number; readonly waitingMs: number } {
    const readyMs = this.#readyMs + (this.#readyAt === undefined ? 0 : now - this.#readyAt);
    const workingMs = Math.min(readyMs, this.#workingMs + this.#openMs(now));
    return { readyMs, workingMs, waitingMs: readyMs - workingMs };
  }

  /** For how long what runs now has done so; what the worker has measured is in the sum already. */
  #openMs(now: number): number {
    return this.#busySince === undefined ? 0 : Math.max(0, now - Math.max(this.#busySince, this.#measuredAt));
  }
}
