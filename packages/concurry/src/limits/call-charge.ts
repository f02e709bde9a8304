import type { Grant, GrantCall, GrantCore, Hold } from "./grant.ts";
import type { LimitState } from "./limit-state.ts";
import type { Wait } from "./wait.ts";

/**
 * What one attempt of a call has been charged and holds. Kept beside the arbiter, by the id of the call; whoever asks
 * from a thread or process sends that id alone.
 */
export class CallCharge implements GrantCall {
  readonly callId: number;
  readonly method: string;
  /** The set that the call belongs to; `undefined` while each acquire chooses for itself. */
  core: GrantCore | undefined;
  /** What its pool charged for it. */
  grant: Grant | undefined = undefined;
  /** Whether the call has taken, or waited for, anything by itself. */
  hasAcquired = false;
  // The pool's charges that no acquire has named yet.
  #credits: LimitState[];
  #waits: Wait[] = [];
  readonly #held: Map<LimitState, number> = new Map();

  /** @param credits What its pool has charged for it already. */
  constructor(callId: number, method: string, core?: GrantCore, credits: readonly LimitState[] = []) {
    this.callId = callId;
    this.method = method;
    this.core = core;
    this.#credits = [...credits];
  }

  /** Uses up the pool's charge of a limit; 0 when there was none, or another acquire has named it. */
  useCredit(state: LimitState): number {
    const index = this.#credits.indexOf(state);
    if (index < 0) return 0;
    this.#credits.splice(index, 1);
    return 1;
  }

  /** The acquire that used up credits was not granted. */
  giveCreditsBack(grant: Grant): void {
    for (let hold = grant.first; hold !== undefined; hold = hold.next)
      if (hold.needed < hold.requested) this.#credits.push(hold.state);
  }

  /** Whether the call holds one of a resource. */
  holds(state: LimitState): boolean {
    return (this.#held.get(state) ?? 0) > 0;
  }

  /** Something is asked for in its name, and has to wait. */
  waits(wait: Wait): void {
    this.#waits = this.#waits.filter(({ isOver }) => !isOver);
    this.#waits.push(wait);
  }

  /** The call is over: nobody waits for anything in its name. */
  cancelWaits(reason: unknown): void {
    for (const wait of this.#waits) wait.cancel(reason);
    this.#waits = [];
  }

  /** It was granted something: its pool's charge, or what it asked for itself. */
  took(grant: Grant): void {
    if (grant.isCallCharge) this.#charged(grant);
    else this.hasAcquired = true;
    for (let hold = grant.first; hold !== undefined; hold = hold.next) this.#count(hold, hold.net);
  }

  gaveBack(hold: Hold, amount: number): void {
    this.#count(hold, -amount);
  }

  /** An earlier charge is forgotten. */
  #charged(grant: Grant): void {
    this.core = grant.core;
    this.grant = grant;
    this.#credits = [];
    for (let hold = grant.first; hold !== undefined; hold = hold.next) this.#credits.push(hold.state);
  }

  #count({ state }: Hold, amount: number): void {
    if (state.meter.isTimed || amount === 0) return;
    this.#held.set(state, (this.#held.get(state) ?? 0) + amount);
  }
}
