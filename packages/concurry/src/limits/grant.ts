import type { LimitState } from "./limit-state.ts";
import type { Amounts } from "./limits.ts";
import type { Charge } from "./meter.ts";

/** Whose grants and waits go together: the incarnation of a worker. Compared by identity. */
export type OwnerId = object | string | number;

/** The set that a grant belongs to, as its leases see it. */
export interface GrantCore {
  readonly config: Readonly<Record<string, unknown>>;
  /** @throws {LimitError} When the usage is wrong; then nothing is changed. */
  update(grant: Grant, usage: Amounts): void;
  /** Gives back what can be; never throws, twice is once. */
  release(grant: Grant): void;
  /** Gives back a grant that nobody will get to see, as if it had never been made. */
  takeBack(grant: Grant): void;
  /** Gives back a lease that was garbage before its release. */
  leak(grant: Grant): void;
}

/** The call that a grant belongs to, as the arbiter sees it. */
export interface GrantCall {
  took(grant: Grant): void;
  gaveBack(hold: Hold, amount: number): void;
  giveCreditsBack(grant: Grant): void;
}

/** One charge of several grants, which counts from one moment; not known before that moment is. */
export class SharedCharge {
  charge: Charge | undefined = undefined;
  /** Of grants that were not released. */
  holds = 0;
}

/** What an update charged. */
export interface LaterCharge {
  readonly charge: Charge;
  /** How much of it has not come back. */
  counted: number;
}

/** What one request takes of one limit. */
export class Hold {
  readonly state: LimitState;
  readonly requested: number;
  /** What is to be charged at the grant: less than requested when the pool's own charge counts for it. */
  readonly needed: number;
  /** What is held or counted now. */
  net: number;
  charge: Charge | SharedCharge | undefined = undefined;
  /** How much of its charge has not come back. */
  counted = 0;
  /** What was charged later, by updates. */
  more: LaterCharge[] | undefined = undefined;
  readonly next: Hold | undefined;

  constructor(state: LimitState, requested: number, needed: number, next: Hold | undefined) {
    this.state = state;
    this.requested = requested;
    this.needed = needed;
    this.net = requested;
    this.next = next;
  }
}

/** What one request takes, or has taken, of one set. The arbiter's side of a lease. */
export class Grant {
  readonly core: GrantCore;
  readonly parent: Grant | undefined;
  readonly owner: OwnerId | undefined;
  call: GrantCall | undefined;
  /** The limits that it takes, linked by `next`. */
  first: Hold | undefined = undefined;
  /** Whether one of them looks at the time. */
  isTimed = false;
  /** Whether one of them must be given back. */
  hasResources = false;
  /** Made by a pool for the call itself. */
  readonly isCallCharge: boolean;
  isReleased = false;
  waitedMs = 0;
  /** Where its lease was taken, for warnings. */
  label = "";

  constructor(
    core: GrantCore,
    call: GrantCall | undefined,
    owner: OwnerId | undefined,
    parent: Grant | undefined,
    isCallCharge: boolean,
  ) {
    this.core = core;
    this.call = call;
    this.owner = owner;
    this.parent = parent;
    this.isCallCharge = isCallCharge;
  }

  add(state: LimitState, requested: number, credit: number): void {
    const needed = Math.max(0, requested - credit);
    this.first = new Hold(state, requested, needed, this.first);
    if (state.meter.isTimed) this.isTimed = true;
    else this.hasResources = true;
  }

  /** Its lease is garbage, and was never released. */
  leak(): void {
    this.core.leak(this);
  }

  find(key: string): Hold | undefined {
    for (let hold = this.first; hold !== undefined; hold = hold.next)
      if (hold.state.rule.key === key) return hold;
    return undefined;
  }

  /** What was requested, by key. */
  amounts(): Amounts {
    const amounts: Record<string, number> = {};
    for (let hold = this.first; hold !== undefined; hold = hold.next)
      amounts[hold.state.rule.key] = hold.requested;
    return amounts;
  }

  /** The names of what it takes. */
  keys(): string[] {
    return Object.keys(this.amounts());
  }
}
