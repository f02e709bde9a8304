// A call that waits for a worker begins when nobody tells: it is looked for this often.
const LOOK_FOR_BEGIN_MS = 10;

/** Time limits of what may not have begun yet: each counts from its beginning. */
export class AttemptLimits<T> {
  readonly #hasBegun: (owner: T) => boolean;
  readonly #running: TimeLimits<T>;
  readonly #waiting: TimeLimits<T>;

  constructor(limitMs: number, hasBegun: (owner: T) => boolean, onPassed: (owner: T) => void) {
    this.#hasBegun = hasBegun;
    this.#running = new TimeLimits(limitMs, onPassed);
    this.#waiting = new TimeLimits(LOOK_FOR_BEGIN_MS, (owner) => this.set(owner));
  }

  set(owner: T): void {
    if (this.#hasBegun(owner)) this.#running.set(owner);
    else this.#waiting.set(owner);
  }

  /** The owner was in time. */
  lift(owner: T): void {
    this.#running.lift(owner);
    this.#waiting.lift(owner);
  }

  clear(): void {
    this.#running.clear();
    this.#waiting.clear();
  }
}

/** Time limits of equal length, with one timer for all. */
class TimeLimits<T> {
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
    // One may have been set while others passed.
    clearTimeout(this.#timer);
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
