import type { LimitState } from "./limit-state.ts";

const settled: Promise<void> = Promise.resolve();

/**
 * What was charged for good without a look at the clock, which costs as much as all the rest: it counts as charged at the
 * next look, which comes at the latest when this turn is over.
 *
 * To count a charge as later than it was frees its room later, never earlier: all guarantees hold.
 */
export class UntimedCharges {
  readonly #states: LimitState[] = [];
  readonly #look: () => void;
  #isDue = false;

  /** @param look Reads the clock, and then calls `countAt`. */
  constructor(look: () => void) {
    this.#look = look;
  }

  /** Whether 1 more of each fits, by what was known at `now`. */
  fit(states: readonly LimitState[], now: number): boolean {
    for (const { meter, untimed } of states) {
      if (untimed > 0 && !meter.isAdditive) return false;
      if (!meter.fits(now, untimed + 1)) return false;
    }
    return true;
  }

  /** Charges 1 of each. */
  add(states: readonly LimitState[]): void {
    for (const state of states) {
      if (state.untimed === 0) this.#states.push(state);
      state.untimed += 1;
      state.granted += 1;
      state.charged += 1;
    }
  }

  /** Looks at the clock when this turn is over. */
  countSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    void settled.then(() => {
      this.#isDue = false;
      if (this.#states.length > 0) this.#look();
    });
  }

  /** Tells the meters. */
  countAt(now: number): void {
    if (this.#states.length === 0) return;
    for (const state of this.#states) {
      state.meter.settle(state.meter.charge(now, state.untimed));
      state.untimed = 0;
    }
    this.#states.length = 0;
  }
}
