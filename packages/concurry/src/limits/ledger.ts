import { type Grant, type Hold, type LaterCharge, type OwnerId, SharedCharge } from "./grant.ts";
import type { LimitState } from "./limit-state.ts";
import type { Place } from "./wait.ts";

interface Owned {
  readonly grants: Set<Grant>;
  readonly places: Set<Place>;
}

/** Writes grants into the meters and counts, and remembers which belong to whom. */
export class Ledger {
  /** Counts what came back. */
  step = 0;
  readonly #owners: Map<OwnerId, Owned> = new Map();

  /** Takes all that a grant needs. */
  take(grant: Grant, now: number, waitedMs: number): void {
    grant.waitedMs = waitedMs;
    for (let hold = grant.first; hold !== undefined; hold = hold.next) {
      if (hold.needed === 0) continue;
      const { state } = hold;
      hold.charge = state.meter.charge(now, hold.needed);
      hold.counted = hold.needed;
      state.granted += 1;
      state.charged += hold.needed;
      if (waitedMs > 0) state.waits.add(waitedMs);
    }
    grant.call?.took(grant);
    // Charges of rates stay when their owner dies: only what comes back then is remembered.
    if (grant.owner !== undefined && grant.hasResources) this.#ownedBy(grant.owner).grants.add(grant);
  }

  /** Changes the holds of a grant; returns whether somebody waits for what came back. */
  update(grant: Grant, usage: Readonly<Record<string, number>>, now: number): boolean {
    let isAwaited = false;
    for (const key in usage) {
      const hold = grant.find(key);
      if (hold === undefined) continue;
      const used = hold.state.counted(usage[key] as number);
      if (used > hold.net) this.#overdraw(hold, used, now);
      else if (used < hold.net && this.#giveBack(grant, hold, hold.net - used, now)) isAwaited = true;
    }
    return isAwaited;
  }

  /** Gives back the resources of a grant; returns whether somebody waits for one. */
  release(grant: Grant): boolean {
    if (grant.isReleased) return false;
    grant.isReleased = true;
    let isAwaited = false;
    for (let hold = grant.first; hold !== undefined; hold = hold.next) {
      if (hold.state.meter.isTimed) settle(hold);
      else if (hold.net > 0 && this.#giveBack(grant, hold, hold.net, 0)) isAwaited = true;
    }
    if (grant.owner !== undefined) this.#drop(grant.owner, "grants", grant);
    return isAwaited;
  }

  /** Gives back all of a grant, as far as the algorithms allow; returns whether somebody waits for some of it. */
  takeBack(grant: Grant, now: number): boolean {
    if (grant.isReleased) return false;
    let isAwaited = false;
    for (let hold = grant.first; hold !== undefined; hold = hold.next)
      if (hold.state.meter.isTimed && this.#giveBack(grant, hold, hold.net, now)) isAwaited = true;
    return this.release(grant) || isAwaited;
  }

  /** Whether something of these limits came back after a step. */
  freedSince(states: readonly LimitState[], step: number): boolean {
    for (const state of states) if (state.freedAt > step) return true;
    return false;
  }

  noteWait(owner: OwnerId, place: Place): void {
    this.#ownedBy(owner).places.add(place);
  }

  forgetWait(place: Place): void {
    if (place.grant.owner !== undefined) this.#drop(place.grant.owner, "places", place);
  }

  /** Counts the loss of an owner, and returns what it had. */
  forget(owner: OwnerId): { readonly grants: readonly Grant[]; readonly places: readonly Place[] } {
    const owned = this.#owners.get(owner);
    if (owned === undefined) return { grants: [], places: [] };
    const [grants, places] = [[...owned.grants], [...owned.places]];
    const lost = new Set<LimitState>();
    for (const grant of [...grants, ...places.map((place) => place.grant)])
      for (let hold = grant.first; hold !== undefined; hold = hold.next) lost.add(hold.state);
    for (const state of lost) state.ownersLost += 1;
    return { grants, places };
  }

  #overdraw(hold: Hold, used: number, now: number): void {
    const { state } = hold;
    const extra = used - hold.net;
    hold.more ??= [];
    hold.more.push({ charge: state.meter.charge(now, extra), counted: extra });
    state.charged += extra;
    state.overdrawn += Math.max(0, used - Math.max(hold.net, hold.requested));
    hold.net = used;
  }

  /** Returns whether somebody waits for what came back. */
  #giveBack(grant: Grant, hold: Hold, amount: number, now: number): boolean {
    const { state } = hold;
    const back = refund(hold, amount, now);
    if (back === 0) return false;
    hold.net -= back;
    state.refunded += back;
    state.freedAt = ++this.step;
    grant.call?.gaveBack(hold, back);
    return state.waiting > 0;
  }

  #ownedBy(owner: OwnerId): Owned {
    const known = this.#owners.get(owner);
    if (known !== undefined) return known;
    const owned = { grants: new Set<Grant>(), places: new Set<Place>() };
    this.#owners.set(owner, owned);
    return owned;
  }

  #drop<Kind extends keyof Owned>(owner: OwnerId, kind: Kind, item: Grant | Place): void {
    const owned = this.#owners.get(owner);
    if (owned === undefined) return;
    (owned[kind] as Set<Grant | Place>).delete(item);
    if (owned.grants.size + owned.places.size === 0) this.#owners.delete(owner);
  }
}

/** Gives back the latest charges first: most of them may still come back. */
function refund(hold: Hold, amount: number, now: number): number {
  const { state, more } = hold;
  const charge = hold.charge instanceof SharedCharge ? hold.charge.charge : hold.charge;
  let back = 0;
  for (let index = (more?.length ?? 0) - 1; index >= 0 && back < amount; index--) {
    const later = more?.[index] as LaterCharge;
    const some = state.meter.refund(now, later.charge, Math.min(amount - back, later.counted));
    later.counted -= some;
    back += some;
  }
  if (charge === undefined || back >= amount) return back;
  const some = state.meter.refund(now, charge, Math.min(amount - back, hold.counted));
  hold.counted -= some;
  return back + some;
}

function settle({ state, charge, more }: Hold): void {
  if (charge instanceof SharedCharge) {
    charge.holds -= 1;
    if (charge.holds === 0 && charge.charge !== undefined) state.meter.settle(charge.charge);
  } else if (charge !== undefined) state.meter.settle(charge);
  if (more !== undefined) for (const later of more) state.meter.settle(later.charge);
}
