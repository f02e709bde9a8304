import type { Charge, Meter, RateShape } from "../meter.ts";

const FEW_ENTRIES = 16;

/**
 * At most the capacity in any interval as long as the window: each charge counts until it is that old.
 *
 * Charges lie in a ring, each as its expiry and amount; those of one moment are one, known by its number, counted from
 * the first ever.
 */
export class SlidingWindow implements Meter {
  readonly isTimed: boolean = true;
  readonly isAdditive: boolean = true;
  readonly #shape: RateShape;
  // Plain numbers: a million objects that live for a window would keep the garbage collector busy.
  #expiries: Float64Array = new Float64Array(FEW_ENTRIES);
  #amounts: Float64Array = new Float64Array(FEW_ENTRIES);
  // Where the oldest charge that counts lies, its number, and how many count.
  #start = 0;
  #oldest = 0;
  #count = 0;
  #used = 0;

  constructor(shape: RateShape) {
    this.#shape = shape;
  }

  fits(now: number, amount: number): boolean {
    this.#expire(now);
    return this.#used + amount <= this.#shape.capacity + this.#shape.slack;
  }

  readyAt(now: number, amount: number): number {
    this.#expire(now);
    const { capacity, slack } = this.#shape;
    let used = this.#used;
    for (let offset = 0; offset < this.#count; offset++) {
      const at = this.#at(offset);
      used -= this.#amounts[at] as number;
      if (used + amount <= capacity + slack) return this.#expiries[at] as number;
    }
    return now;
  }

  charge(now: number, amount: number): Charge {
    this.#expire(now);
    this.#used += amount;
    const expiry = now + this.#shape.window;
    const last = this.#at(this.#count - 1);
    if (this.#count > 0 && this.#expiries[last] === expiry)
      this.#amounts[last] = (this.#amounts[last] as number) + amount;
    else this.#append(expiry, amount);
    return this.#oldest + this.#count - 1;
  }

  refund(now: number, charge: Charge, amount: number): number {
    this.#expire(now);
    const offset = (charge as number) - this.#oldest;
    if (offset < 0) return 0;
    const at = this.#at(offset);
    this.#amounts[at] = (this.#amounts[at] as number) - amount;
    this.#used -= amount;
    return amount;
  }

  settle(): void {}

  available(now: number): number {
    this.#expire(now);
    return Math.max(0, this.#shape.capacity - this.#used);
  }

  #expire(now: number): void {
    while (this.#count > 0 && now >= (this.#expiries[this.#start] as number)) {
      this.#used -= this.#amounts[this.#start] as number;
      this.#start = this.#at(1);
      this.#oldest += 1;
      this.#count -= 1;
    }
    if (this.#count === 0 && this.#amounts.length > FEW_ENTRIES) this.#resize(FEW_ENTRIES);
  }

  #append(expiry: number, amount: number): void {
    if (this.#count === this.#amounts.length) this.#resize(2 * this.#count);
    const at = this.#at(this.#count);
    this.#expiries[at] = expiry;
    this.#amounts[at] = amount;
    this.#count += 1;
  }

  #at(offset: number): number {
    // The length is a power of 2.
    return (this.#start + offset) & (this.#amounts.length - 1);
  }

  #resize(length: number): void {
    const [expiries, amounts] = [new Float64Array(length), new Float64Array(length)];
    for (let offset = 0; offset < this.#count; offset++) {
      const at = this.#at(offset);
      expiries[offset] = this.#expiries[at] as number;
      amounts[offset] = this.#amounts[at] as number;
    }
    this.#expiries = expiries;
    this.#amounts = amounts;
    this.#start = 0;
  }
}
