import type { Charge, Meter, RateShape } from "../meter.ts";

interface Entry extends Charge {
  readonly expiry: number;
}

// Below this many, spent entries are not worth the copy that drops them.
const FEW_ENTRIES = 1024;

/** At most the capacity in any interval as long as the window: each charge counts until it is that old. */
export class SlidingWindow implements Meter {
  readonly isTimed: boolean = true;
  readonly #shape: RateShape;
  #entries: Entry[] = [];
  #first = 0;
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
    for (let index = this.#first; index < this.#entries.length; index++) {
      const entry = this.#entries[index] as Entry;
      used -= entry.amount;
      if (used + amount <= capacity + slack) return entry.expiry;
    }
    return now;
  }

  charge(now: number, amount: number): Charge {
    this.#expire(now);
    const entry = { amount, expiry: now + this.#shape.window };
    this.#entries.push(entry);
    this.#used += amount;
    return entry;
  }

  refund(now: number, charge: Charge, amount: number): number {
    const entry = charge as Entry;
    if (now >= entry.expiry) return 0;
    const back = Math.min(amount, entry.amount);
    entry.amount -= back;
    this.#used -= back;
    return back;
  }

  settle(): void {}

  available(now: number): number {
    this.#expire(now);
    return Math.max(0, this.#shape.capacity - this.#used);
  }

  #expire(now: number): void {
    const entries = this.#entries;
    while (this.#first < entries.length) {
      const entry = entries[this.#first] as Entry;
      if (!(now >= entry.expiry)) break;
      this.#used -= entry.amount;
      this.#first += 1;
    }
    if (this.#first === entries.length) this.#clear();
    else if (this.#first > FEW_ENTRIES && this.#first * 2 > entries.length) {
      this.#entries = entries.slice(this.#first);
      this.#first = 0;
    }
  }

  #clear(): void {
    if (this.#first === 0) return;
    this.#entries = [];
    this.#first = 0;
    this.#used = 0;
  }
}
