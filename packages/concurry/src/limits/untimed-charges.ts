import { type Grant, type Hold, SharedCharge } from "./grant.ts";
import type { LimitState } from "./limit-state.ts";

// So many looks at the clock, with this little time for each request between them: whoever asks like that feels what a
// look costs.
const MANY_LOOKS = 16;
const SOON_MICROSECONDS = 4;
// So many requests share a look then.
const SHARED = 16;

const settled: Promise<void> = Promise.resolve();

/**
 * What was charged without a look at the clock, which costs as much as all the rest: it counts as charged at the next
 * look, which comes at the latest when this turn is over.
 *
 * Room is judged by what was known at the last look: there can only be more of it now. To count a charge as later than it
 * was frees its room later, never earlier: all guarantees hold.
 */
export class UntimedCharges {
  // The last look at the clock.
  #seenAt = 0;
  readonly #states: LimitState[] = [];
  readonly #look: () => void;
  readonly #mayShare: boolean;
  #isDue = false;
  #isTurnDue = false;
  #looks = 0;
  #isHurried = false;
  // How many requests share the last look.
  #sharing = 0;

  /**
   * @param look Reads the clock, and then calls `seen`.
   * @param mayShare Whether looks are dear enough for requests to share them.
   */
  constructor(look: () => void, mayShare: boolean) {
    this.#look = look;
    this.#mayShare = mayShare;
  }

  /** The clock was read: what is not counted yet counts as charged now. */
  seen(now: number): void {
    this.#looks = now - this.#seenAt < SOON_MICROSECONDS * (1 + this.#sharing) ? this.#looks + 1 : 0;
    this.#seenAt = now;
    if (this.#states.length > 0) this.#count();
    this.#sharing = 0;
    this.#isHurried = this.#mayShare && this.#looks >= MANY_LOOKS;
    if (this.#isHurried && !this.#isTurnDue) this.#lookAfterTurn();
  }

  /** Charges 1 of each for good; false when something is missing. */
  charge(states: readonly LimitState[], isNow: boolean): boolean {
    for (const state of states) if (!this.#fits(state, 1)) return false;
    for (const state of states) this.#add(state, 1);
    if (isNow) this.#count();
    else this.#countSoon();
    return true;
  }

  /** Takes all that a grant needs; false when it must not share a look, or something may be missing. */
  take(grant: Grant): boolean {
    if (!this.#isHurried || this.#sharing === SHARED) return false;
    for (let hold = grant.first; hold !== undefined; hold = hold.next)
      if (!this.#fits(hold.state, hold.needed)) return false;
    this.#sharing += 1;
    for (let hold = grant.first; hold !== undefined; hold = hold.next) if (hold.needed > 0) this.#take(hold);
    return true;
  }

  /**
   * Lowers what a grant has taken, before it counts; false when that is not all there is to do, and nothing was changed.
   * Nobody waits for what comes back: before somebody waits the clock is read.
   */
  lower(grant: Grant, usage: Readonly<Record<string, number>>): boolean {
    for (const key in usage) {
      const hold = grant.find(key);
      if (hold === undefined || !mayLower(hold, usage[key])) return false;
    }
    for (const key in usage) {
      const hold = grant.find(key) as Hold;
      const back = hold.net - hold.state.counted(usage[key] as number);
      hold.net -= back;
      hold.counted -= back;
      hold.state.untimed -= back;
      hold.state.refunded += back;
    }
    return true;
  }

  /** Tells the meters, as of the last look. */
  #count(): void {
    // To empty an array by its length costs more than all the rest.
    for (let state = this.#states.pop(); state !== undefined; state = this.#states.pop()) {
      const { meter, shared } = state;
      const charge = meter.charge(this.#seenAt, state.untimed);
      state.untimed = 0;
      state.shared = undefined;
      if (shared === undefined || shared.holds === 0) meter.settle(charge);
      else shared.charge = charge;
    }
  }

  /** Looks at the clock when those are done who run now. */
  #countSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    void settled.then(() => {
      this.#isDue = false;
      if (this.#states.length > 0) this.#look();
    });
  }

  /** Looks at the clock when this turn of the event loop is over; the next one begins anew. */
  #lookAfterTurn(): void {
    this.#isTurnDue = true;
    setImmediate(() => {
      this.#isTurnDue = false;
      if (this.#states.length > 0) this.#look();
      this.#looks = 0;
      this.#isHurried = false;
    }).unref();
  }

  #fits({ meter, untimed }: LimitState, amount: number): boolean {
    return (untimed === 0 || meter.isAdditive) && meter.fits(this.#seenAt, untimed + amount);
  }

  #take(hold: Hold): void {
    const { state, needed } = hold;
    hold.counted = needed;
    if (!state.meter.isTimed) {
      hold.charge = state.meter.charge(0, needed);
      state.granted += 1;
      state.charged += needed;
      return;
    }
    const shared = this.#add(state, needed);
    shared.holds += 1;
    hold.charge = shared;
  }

  #add(state: LimitState, amount: number): SharedCharge {
    state.untimed += amount;
    state.granted += 1;
    state.charged += amount;
    if (state.shared !== undefined) return state.shared;
    this.#states.push(state);
    state.shared = new SharedCharge();
    return state.shared;
  }
}

/** Whether an amount is certainly one that may be given back of a charge that is not counted yet: then all of it may. */
function mayLower({ state, charge, net }: Hold, used: unknown): boolean {
  if (!(charge instanceof SharedCharge) || charge.charge !== undefined || !state.meter.isAdditive)
    return false;
  return state.isPlain(used) && used <= net;
}
