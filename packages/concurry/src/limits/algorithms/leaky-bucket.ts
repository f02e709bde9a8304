import type { Charge, Meter, RateShape } from "../meter.ts";

/**
 * Evenly spaced: a request passes when all that was poured before has leaked away, at the capacity per window.
 *
 * Nothing comes back: what was poured has been seen by whoever counts on the spacing.
 */
export class LeakyBucket implements Meter {
  readonly isTimed: boolean = true;
  readonly isAdditive: boolean = false;
  readonly #shape: RateShape;
  // The level at one moment: as long as nothing is poured it is not written, so that looking at it costs no precision.
  #level = 0;
  #levelTime = 0;

  constructor(shape: RateShape) {
    this.#shape = shape;
  }

  fits(now: number, _amount: number): boolean {
    return this.#levelAt(now) <= this.#shape.slack;
  }

  readyAt(now: number, _amount: number): number {
    const { capacity, window, slack } = this.#shape;
    return now + Math.ceil(((this.#levelAt(now) - slack) * window) / capacity);
  }

  charge(now: number, amount: number): Charge {
    this.#level = this.#levelAt(now) + amount;
    this.#levelTime = now;
    return 0;
  }

  refund(): number {
    return 0;
  }

  settle(): void {}

  available(now: number): number {
    return Math.max(0, this.#shape.capacity - this.#levelAt(now));
  }

  #levelAt(now: number): number {
    const { capacity, window } = this.#shape;
    const leaked = ((now - this.#levelTime) * capacity) / window;
    return Math.max(0, this.#level - leaked);
  }
}
