/** A charge as the naive meters keep it: for ever, with what it finally counts. */
export interface NaiveCharge {
  readonly at: number;
  amount: number;
  /** More than had been requested when it was granted. */
  readonly isLater: boolean;
}

export interface NaiveShape {
  readonly algorithm: "sliding_window" | "fixed_window" | "token_bucket" | "gcra" | "leaky_bucket";
  readonly capacity: number;
  readonly burst: number;
  /** In microseconds. */
  readonly window: number;
}

/** Keeps every charge and counts all of them anew for each question. */
export class NaiveMeter {
  readonly shape: NaiveShape;
  readonly charges: NaiveCharge[] = [];

  constructor(shape: NaiveShape) {
    this.shape = shape;
  }

  fits(now: number, amount: number): boolean {
    const { algorithm, capacity } = this.shape;
    const slack = Math.min(capacity, this.shape.burst) * 1e-11;
    if (algorithm === "leaky_bucket") return this.#water(now) <= slack;
    return amount <= this.left(now) + slack;
  }

  charge(now: number, amount: number, isLater = false): NaiveCharge {
    const charge = { at: now, amount, isLater };
    this.charges.push(charge);
    return charge;
  }

  refund(now: number, charge: NaiveCharge, amount: number): number {
    const back = Math.max(0, Math.min(amount, charge.amount, this.#refundable(now, charge)));
    charge.amount -= back;
    return back;
  }

  /** What is left; below 0 with an overdraft. */
  left(now: number): number {
    const { algorithm, capacity, window } = this.shape;
    if (algorithm === "leaky_bucket") return capacity - this.#water(now);
    if (algorithm === "sliding_window")
      return capacity - sum(this.charges.filter(({ at }) => now < at + window));
    if (algorithm === "fixed_window") return capacity - this.#window(now).used;
    return this.#level(now, this.charges.length);
  }

  #refundable(now: number, charge: NaiveCharge): number {
    const { algorithm, burst, window } = this.shape;
    if (algorithm === "leaky_bucket") return 0;
    if (algorithm === "fixed_window") return this.#window(now).charges.includes(charge) ? charge.amount : 0;
    if (now >= charge.at + window) return 0;
    if (algorithm === "sliding_window") return charge.amount;
    // As if it had been smaller from the start: the level would never have been above the burst.
    let least = burst - this.#level(now, this.charges.length);
    for (let index = this.charges.indexOf(charge) + 1; index < this.charges.length; index++)
      least = Math.min(least, burst - this.#level((this.charges[index] as NaiveCharge).at, index));
    return least;
  }

  /** The level of a bucket, after the first so many charges. */
  #level(now: number, count: number): number {
    const { capacity, burst, window } = this.shape;
    let level = burst;
    let since = 0;
    for (const { at, amount } of this.charges.slice(0, count)) {
      level = Math.min(burst, level + ((at - since) * capacity) / window) - amount;
      since = at;
    }
    return Math.min(burst, level + ((now - since) * capacity) / window);
  }

  #water(now: number): number {
    const { capacity, window } = this.shape;
    let water = 0;
    let since = 0;
    for (const { at, amount } of this.charges) {
      water = Math.max(0, water - ((at - since) * capacity) / window) + amount;
      since = at;
    }
    return Math.max(0, water - ((now - since) * capacity) / window);
  }

  /** The window that is open, walked through one by one. */
  #window(now: number): { readonly used: number; readonly charges: readonly NaiveCharge[] } {
    const { capacity, window } = this.shape;
    let used = 0;
    let end = Number.NEGATIVE_INFINITY;
    let charges: NaiveCharge[] = [];
    const close = (moment: number): void => {
      while (moment >= end && end > 0) {
        charges = [];
        used = Math.max(0, used - capacity);
        end = used > 0 ? end + window : Number.NEGATIVE_INFINITY;
      }
    };
    for (const charge of this.charges) {
      close(charge.at);
      if (end < 0) end = charge.at + window;
      used += charge.amount;
      charges.push(charge);
    }
    close(now);
    return { used, charges };
  }
}

function sum(charges: readonly NaiveCharge[]): number {
  return charges.reduce((total, { amount }) => total + amount, 0);
}
