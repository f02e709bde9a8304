import type { Charge, Meter, RateShape } from "../meter.ts";

/**
 * At most the capacity in each window. A window opens with the first charge after the last one ended.
 *
 * What was charged beyond the capacity is carried into the windows that follow at once, a capacity each.
 */
export class FixedWindow implements Meter {
  readonly isTimed: boolean = true;
  readonly isAdditive: boolean = true;
  readonly #shape: RateShape;
  #end = Number.NEGATIVE_INFINITY;
  // Tells the windows apart: a charge can be given back in its own only.
  #window = 0;
  #used = 0;

  constructor(shape: RateShape) {
    this.#shape = shape;
  }

  fits(now: number, amount: number): boolean {
    this.#roll(now);
    return this.#used + amount <= this.#shape.capacity + this.#shape.slack;
  }

  readyAt(now: number, amount: number): number {
    this.#roll(now);
    const { capacity, slack, window } = this.#shape;
    const debt = this.#used - capacity + amount - capacity - slack;
    return this.#end + Math.max(0, Math.ceil(debt / capacity)) * window;
  }

  charge(now: number, amount: number): Charge {
    this.#roll(now);
    if (now >= this.#end) {
      this.#end = now + this.#shape.window;
      this.#window += 1;
    }
    this.#used += amount;
    return this.#window;
  }

  refund(now: number, charge: Charge, amount: number): number {
    this.#roll(now);
    if (now >= this.#end || charge !== this.#window) return 0;
    this.#used -= amount;
    return amount;
  }

  settle(): void {}

  available(now: number): number {
    this.#roll(now);
    return Math.max(0, this.#shape.capacity - this.#used);
  }

  /** Ends the windows whose time has come. */
  #roll(now: number): void {
    if (!(now >= this.#end) || this.#used === 0) return;
    const { capacity, window } = this.#shape;
    const ended = 1 + Math.floor((now - this.#end) / window);
    this.#used = Math.max(0, this.#used - ended * capacity);
    if (this.#used === 0) return;
    this.#end += ended * window;
    this.#window += ended;
  }
}
