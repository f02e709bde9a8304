import type { Charge, Meter } from "./meter.ts";

// All that is given back of a resource is told by the lease: its charges need no memory of their own.
const CHARGE: Charge = 0;

/** So many in use at once. */
export class ResourceMeter implements Meter {
  readonly isTimed: boolean = false;
  readonly isAdditive: boolean = true;
  readonly #capacity: number;
  #inUse = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get inUse(): number {
    return this.#inUse;
  }

  fits(_now: number, amount: number): boolean {
    return this.#inUse + amount <= this.#capacity;
  }

  readyAt(): number {
    return Number.POSITIVE_INFINITY;
  }

  charge(_now: number, amount: number): Charge {
    this.#inUse += amount;
    return CHARGE;
  }

  refund(_now: number, _charge: Charge, amount: number): number {
    this.#inUse -= amount;
    return amount;
  }

  settle(): void {}

  available(): number {
    return this.#capacity - this.#inUse;
  }
}
