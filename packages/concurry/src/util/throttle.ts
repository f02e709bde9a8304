import { systemClock } from "./clock.ts";

/**
 * Runs something at most once in so many milliseconds, and for sure after it was last asked for.
 *
 * A timer is for the last time alone: in a loop that never yields it is the clock that tells.
 */
export class Throttle {
  readonly #intervalMs: number;
  readonly #action: () => void;
  #ranAt = Number.NEGATIVE_INFINITY;
  #callOff: (() => void) | undefined;

  constructor(intervalMs: number, action: () => void) {
    this.#intervalMs = intervalMs;
    this.#action = action;
  }

  ask(): void {
    const restMs = this.#ranAt + this.#intervalMs - systemClock.now();
    if (restMs <= 0) this.run();
    else this.#callOff ??= systemClock.after(restMs, () => this.run());
  }

  /** Runs it at once. */
  run(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    this.#ranAt = systemClock.now();
    this.#action();
  }
}
