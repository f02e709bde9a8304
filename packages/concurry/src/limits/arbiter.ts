import { LimitError } from "../errors/limit-error.ts";
import { LONGEST_MS } from "../util/check.ts";
import type { Ask } from "./ask.ts";
import { Deadlines } from "./deadlines.ts";
import type { Grant } from "./grant.ts";
import { Ledger } from "./ledger.ts";
import type { LimitState } from "./limit-state.ts";
import type { LimitClock } from "./limits.ts";
import { fits, isReserved, readyAt, timedOut } from "./readiness.ts";
import { UntimedCharges } from "./untimed-charges.ts";
import { type KeyGroup, Place, type PlaceKeeper, type Wait } from "./wait.ts";
import { Waiters } from "./waiters.ts";

const MICROSECONDS = 1000;

/**
 * Decides, synchronously, who takes what and when: checks all keys, then takes all keys.
 *
 * Those who wait stand in one line per set of keys and priority. It looks at the first of each line alone, in order of
 * arrival; one that can't be granted yet reserves its keys against all who came later. Whoever is granted or refused
 * hears of it when the decisions are made and the timer is set.
 */
export class Arbiter implements PlaceKeeper {
  /** What the meters don't know of yet. */
  readonly untimed: UntimedCharges;
  readonly #clock: LimitClock;
  readonly #waiters: Waiters = new Waiters();
  readonly #deadlines: Deadlines = new Deadlines();
  readonly #ledger: Ledger = new Ledger();
  #timer: { readonly handle: unknown; readonly at: number } | undefined;
  // The moment before which looking again finds nothing new.
  #due = Number.POSITIVE_INFINITY;
  #looks = 0;
  #arrivals = 0;
  #triedAt = 0;

  /** @param isDear Whether reading the clock costs so much that those who ask for little may share a reading. */
  constructor(clock: LimitClock, isDear: boolean) {
    this.#clock = clock;
    this.untimed = new UntimedCharges(() => this.now(), isDear);
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** Integer microseconds. */
  now(): number {
    const now = Math.round(this.#clock.now() * MICROSECONDS);
    this.untimed.seen(now);
    return now;
  }

  /** Takes what a request asks for, unless something is missing or someone who waits comes first. */
  tryTake(grant: Grant, priority: number, beside?: Grant): boolean {
    this.#catchUp();
    const isEmpty = this.#waiters.size === 0;
    const now = isEmpty && !grant.isTimed && beside?.isTimed !== true ? 0 : this.now();
    const isBlocked =
      this.#waiters.size > 0 &&
      (this.#waiters.blocks(grant, priority) ||
        (beside !== undefined && this.#waiters.blocks(beside, priority)));
    if (!isBlocked && fits(grant, now, beside) && (beside === undefined || fits(beside, now, grant))) {
      this.#ledger.take(grant, now, 0);
      if (beside !== undefined) this.#ledger.take(beside, now, 0);
      return true;
    }
    this.#triedAt = now === 0 ? this.now() : now;
    return false;
  }

  /** As `tryTake`, while nobody waits: of many in a row, several count from one moment, soon after they were made. */
  takePlain(grant: Grant): boolean {
    if (grant.isTimed && this.untimed.take(grant)) return true;
    const now = grant.isTimed ? this.now() : 0;
    if (!fits(grant, now)) return false;
    this.#ledger.take(grant, now, 0);
    return true;
  }

  /**
   * Takes 1 of each limit for good, with nothing to give back; false when something is missing, or somebody waits.
   *
   * @param looksNow Whether the clock is read at once, and not when this turn is over and the call has left.
   */
  chargeAtOnce(states: readonly LimitState[], looksNow: boolean): boolean {
    if (this.#waiters.size > 0) return false;
    if (looksNow) this.now();
    return this.untimed.charge(states, looksNow);
  }

  /** Queues a request that was tried just now. */
  wait(wait: Wait, grant: Grant, { priority, timeoutMs }: Pick<Ask, "priority" | "timeoutMs">): void {
    const now = this.#triedAt;
    const deadline = timeoutMs === undefined ? Number.POSITIVE_INFINITY : now + timeoutMs * MICROSECONDS;
    const facts = { deadline, arrivedAt: now, number: ++this.#arrivals };
    const place = new Place(this, wait, grant, facts);
    if (grant.owner !== undefined) this.#ledger.noteWait(grant.owner, place);
    if (deadline !== Number.POSITIVE_INFINITY) this.#deadlines.add(place);
    const isFirst = this.#waiters.add(place, priority);
    if (isFirst) this.#lookAt(now);
    else {
      this.#due = Math.min(this.#due, deadline);
      this.#arm(now);
    }
  }

  /** Looks who can be granted now, and tells them. */
  look(): void {
    if (this.#waiters.size === 0) this.#arm(0);
    else this.#lookAt(this.now());
  }

  #lookAt(now: number): void {
    const over: Wait[] = [];
    this.#decide(now, over);
    this.#arm(now);
    for (const wait of over) wait.letOthersLook(this);
    for (const wait of over) wait.tell();
  }

  /** Changes what a grant holds or counts; the usage has been checked. */
  update(grant: Grant, usage: Readonly<Record<string, number>>): void {
    this.#catchUp();
    if (this.#ledger.update(grant, usage, this.now())) this.look();
  }

  /** Gives back what can be given back. */
  release(grant: Grant): void {
    this.#catchUp();
    if (this.#ledger.release(grant)) this.look();
  }

  /** As `release`; what was charged comes back, too, as if it had never been granted. */
  takeBack(grant: Grant): void {
    this.#catchUp();
    if (this.#ledger.takeBack(grant, this.now())) this.look();
  }

  /** An owner is gone: its waits end, its resources come back, its charges stay. */
  ownerGone(owner: NonNullable<Grant["owner"]>): void {
    const { grants, places } = this.#ledger.forget(owner);
    const error = new LimitError("LIMIT_OWNER_LOST", "The worker that waited for a limit is gone");
    const waits = [...new Set(places.map((place) => place.wait))];
    for (const wait of waits) wait.end(error);
    for (const grant of grants) this.#ledger.release(grant);
    this.look();
    for (const wait of waits) wait.letOthersLook(this);
    for (const wait of waits) wait.tell();
  }

  /** Ends all waits here; one that has places elsewhere goes on there. */
  close(error: LimitError): void {
    const places = this.#waiters.all();
    for (const place of places) {
      this.withdraw(place);
      place.wait.lose(place, error);
    }
    this.#arm(0);
  }

  countCancelled({ group }: Place): void {
    for (const state of group?.states ?? []) state.cancelled += 1;
  }

  withdraw(place: Place): void {
    this.#deadlines.remove(place);
    this.#ledger.forgetWait(place);
    this.#waiters.remove(place);
    if (this.#waiters.size === 0) this.#arm(0);
  }

  /** Does what the timer, which is up to a millisecond late, has not done yet. */
  #catchUp(): void {
    if (this.#due !== Number.POSITIVE_INFINITY && this.#waiters.size > 0 && this.now() >= this.#due)
      this.look();
  }

  /** Grants all that can be, then ends those whose time is over. */
  #decide(now: number, over: Wait[]): void {
    let ready = this.#grantReady(now, over);
    let isExpired = false;
    for (let place = this.#deadlines.first; place !== undefined && now >= place.deadline; ) {
      this.#end(place, over, timedOut(place, now));
      isExpired = true;
      place = this.#deadlines.first;
    }
    if (isExpired) ready = this.#grantReady(now, over);
    this.#due = Math.min(ready, this.#deadlines.first?.deadline ?? Number.POSITIVE_INFINITY);
  }

  /** Returns the first moment at which one of those who must go on waiting can be granted. */
  #grantReady(now: number, over: Wait[]): number {
    const { groups } = this.#waiters;
    const look = ++this.#looks;
    let earliest = Number.POSITIVE_INFINITY;
    for (let index = 0; index < groups.length; ) {
      const group = groups[index] as KeyGroup;
      const place = group.first as Place;
      const signal = place.wait.aborted();
      const ready = signal !== undefined || isReserved(group, look) ? undefined : this.#readyAt(group, now);
      if (signal !== undefined) {
        this.countCancelled(place);
        this.#end(place, over, signal.reason);
      } else if (ready !== undefined && ready <= now) this.#grant(place, now, over);
      else {
        if (ready !== undefined) earliest = Math.min(earliest, ready);
        // Whoever comes later and needs one of these keys waits, even if there is enough of it for that one.
        for (const state of group.states) state.reservedIn = look;
        index += 1;
      }
    }
    return earliest;
  }

  #grant({ wait, grant, arrivedAt }: Place, now: number, over: Wait[]): void {
    this.#ledger.take(grant, now, (now - arrivedAt) / MICROSECONDS);
    wait.grant(grant);
    over.push(wait);
  }

  #end({ wait }: Place, over: Wait[], reason: unknown): void {
    wait.end(reason);
    over.push(wait);
  }

  #readyAt(group: KeyGroup, now: number): number {
    const isKnown = now < group.readyAt && !this.#ledger.freedSince(group.states, group.checkedAt);
    if (isKnown) return group.readyAt;
    group.checkedAt = this.#ledger.step;
    group.readyAt = readyAt((group.first as Place).grant, now);
    return group.readyAt;
  }

  #arm(now: number): void {
    if (this.#timer !== undefined && this.#waiters.size > 0 && this.#timer.at <= this.#due) return;
    if (this.#timer !== undefined) this.#clock.clear(this.#timer.handle);
    this.#timer = undefined;
    if (this.#waiters.size === 0) return;
    const wanted = Math.ceil((this.#due - now) / MICROSECONDS);
    const milliseconds = Math.min(LONGEST_MS, Math.max(1, wanted));
    const onTimer = (): void => {
      this.#timer = undefined;
      this.look();
    };
    this.#timer = { handle: this.#clock.set(onTimer, milliseconds), at: this.#due };
  }
}
