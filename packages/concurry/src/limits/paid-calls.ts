import { CallCharge } from "./call-charge.ts";
import type { LimitState } from "./limit-state.ts";
import type { SetCore } from "./set-core.ts";

/**
 * The calls of one method that a set charges at once, without a wait: one object for all of them. What a call of its own
 * needs is made when it asks for limits itself, which most never do.
 */
export class PaidCalls {
  readonly #method: string;
  readonly #core: SetCore | undefined;
  readonly #states: readonly LimitState[];

  /** @param states The limits that each call is charged for; with none, it may always go. */
  constructor(method: string, core: SetCore | undefined, states: readonly LimitState[]) {
    this.#method = method;
    this.#core = core;
    this.#states = states;
  }

  /**
   * Charges one call; false when it can't be done at once, or not in this way.
   *
   * @param looksNow For calls that run before their caller goes on: the time at the end of the turn would be far off.
   */
  charge(looksNow: boolean): boolean {
    return this.#states.length === 0 || this.#core?.chargeAtOnce(this.#states, looksNow) === true;
  }

  /** What one of these calls was charged, for what it asks for itself. */
  chargeOf(callId: number): CallCharge {
    return new CallCharge(callId, this.#method, this.#core, this.#states);
  }
}
