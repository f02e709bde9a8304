/** Time limits of equal length, with one timer for all. */
export class TimeLimits<T> {
  readonly #limitMs: number;
  readonly #onPassed: (owner: T) => void;
  // In the order in which they were set, which is that in which they pass.
  readonly #deadlines = new Map<T, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(limitMs: number, onPassed: (owner: T) => void) {
    this.#limitMs = limitMs;
    this.#onPassed = onPassed;
  }

  set(owner: T): void {
    this.#deadlines.delete(owner);
    this.#deadlines.set(owner, performance.now() + this.#limitMs);
    if (this.#timer === undefined) this.#arm(this.#limitMs);
  }

  /** The owner was in time. */
  lift(owner: T): void {
    this.#deadlines.delete(owner);
  }

  clear(): void {
    this.#deadlines.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(waitMs: number): void {
    this.#timer = setTimeout(() => this.#look(), waitMs);
  }

  #look(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const [owner, deadline] of this.#deadlines) {
      // A timer of Node may come up to a millisecond early.
      if (deadline > now + 1) {
        this.#arm(deadline - now);
        return;
      }
      this.#deadlines.delete(owner);
      this.#onPassed(owner);
    }
  }
}
