import { LimitError } from "../errors/limit-error.ts";
import { Arbiter } from "./arbiter.ts";
import type { Ask, LimitTarget } from "./ask.ts";
import type { CallCharge } from "./call-charge.ts";
import {
  exceedsCapacity,
  findProblem,
  findUsageProblem,
  type LimitProblem,
  problemError,
} from "./check-request.ts";
import { Grant, type GrantCore, type OwnerId } from "./grant.ts";
import { exceeds, isExempt, KeyRules, ruleOf } from "./key-rules.ts";
import { systemLimitClock } from "./limit-clock.ts";
import { LimitState } from "./limit-state.ts";
import type { Amounts, LimitStats } from "./limits.ts";
import { PaidCalls } from "./paid-calls.ts";
import { PlainRequests } from "./plain-requests.ts";
import { timeoutError } from "./readiness.ts";
import type { SetDefinition } from "./set-definition.ts";
import { nestedProblem, queueFull } from "./set-problems.ts";
import { type MomentaryCounts, setStats } from "./stats.ts";
import { Wait, type WaitSink } from "./wait.ts";

/** One set with its arbiter: turns requests into grants. */
export class SetCore implements GrantCore, LimitTarget {
  readonly definition: SetDefinition;
  readonly config: Readonly<Record<string, unknown>>;
  readonly rules: KeyRules;
  readonly #arbiter: Arbiter;
  readonly #states: readonly LimitState[];
  readonly #byKey: ReadonlyMap<string, LimitState>;
  readonly #calls: readonly LimitState[];
  readonly #resources: readonly LimitState[];
  // Some of its calls could never be granted.
  readonly #isUnusual: boolean;
  // None while requests are charged for what they don't name.
  readonly #plain: PlainRequests | undefined;
  #closed: LimitError | undefined;

  /** @param isClockDear Whether those who ask for little may share a reading of the clock. */
  constructor(definition: SetDefinition, isClockDear: boolean = definition.clock === systemLimitClock) {
    this.definition = definition;
    this.config = definition.config;
    this.rules = new KeyRules({ rules: definition.limits.map(ruleOf), unknownKeys: definition.unknownKeys });
    this.#states = definition.limits.map((limit, index) => new LimitState(limit, index));
    this.#byKey = new Map(this.#states.map((state) => [state.rule.key, state]));
    this.#calls = this.#states.filter(({ rule }) => rule.kind === "call");
    this.#resources = this.#states.filter(({ rule }) => rule.kind === "resource");
    this.#isUnusual = this.#calls.some(({ rule }) => exceeds(rule, 1));
    const hasPlain = this.#calls.length === 0;
    this.#arbiter = new Arbiter(definition.clock, isClockDear && hasPlain);
    if (hasPlain) this.#plain = new PlainRequests(this, this.#arbiter, this.#states);
  }

  /** Whether no one more may wait. */
  get isFull(): boolean {
    return this.#arbiter.waiting >= this.definition.maxWaiters;
  }

  /** What keeps this set from ever granting a request. */
  obstacle(ask: Ask): LimitError | undefined {
    const problem = this.#problem(ask);
    return problem === undefined ? this.#closed : problemError(problem);
  }

  /** Whether this set could grant a request, some day. */
  couldGrant(ask: Ask): boolean {
    return this.#closed === undefined && this.#problem(ask) === undefined;
  }

  take(ask: Ask): Grant | undefined {
    const grant = this.#prepare(ask, ask.call);
    if (grant.first === undefined) {
      grant.call?.took(grant);
      return grant;
    }
    if (this.#closed !== undefined) throw this.#refused(grant, this.#closed);
    if (this.#arbiter.tryTake(grant, ask.priority)) return grant;
    if (grant.call === undefined) ask.prepared = grant;
    else grant.call.giveCreditsBack(grant);
    return undefined;
  }

  takePlain(request: object): Grant | undefined {
    return this.#closed === undefined ? this.#plain?.take(request) : undefined;
  }

  /** Takes what a call asks for first, and the charge for the call with it; the charge that it had elsewhere ends. */
  takeWithCall(ask: Ask, call: CallCharge): Grant | undefined {
    const charge = this.#prepare({ ...ask, isCallCharge: true }, call);
    const grant = this.#prepare(ask, call, charge);
    const old = call.grant;
    if (!this.#arbiter.tryTake(charge, ask.priority, grant)) return undefined;
    for (let hold = grant.first; hold !== undefined; hold = hold.next)
      if (hold.needed < hold.requested) call.useCredit(hold.state);
    if (old !== undefined) (old.core as SetCore).takeBack(old);
    return grant;
  }

  wait(ask: Ask, sink: WaitSink): Wait {
    const wait = new Wait(sink, ask.signals);
    this.join(wait, ask);
    wait.listen();
    if (!ask.isCallCharge) ask.call?.waits(wait);
    return wait;
  }

  /** Gives a wait its place here. */
  join(wait: Wait, ask: Ask): void {
    const grant = ask.prepared?.core === this ? ask.prepared : this.#prepare(ask, ask.call);
    const { maxWaiters } = this.definition;
    if (ask.timeoutMs === 0) throw this.#refused(grant, timeoutError(grant, 0, 0));
    if (this.isFull) throw this.#refused(grant, queueFull(grant, maxWaiters));
    this.#arbiter.wait(wait, grant, ask);
  }

  update(grant: Grant, usage: Amounts): void {
    if (grant.isReleased) throw new LimitError("LIMIT_RELEASED", "The lease has been released already");
    if (this.#arbiter.untimed.lower(grant, usage)) return;
    const problem = findUsageProblem(this.rules, usage, (key) => grant.find(key));
    if (problem !== undefined) throw problemError(problem);
    this.#arbiter.update(grant, usage);
  }

  release(grant: Grant): void {
    this.#arbiter.release(grant);
  }

  leak(grant: Grant): void {
    if (grant.isReleased) return;
    for (let hold = grant.first; hold !== undefined; hold = hold.next)
      if (!hold.state.meter.isTimed && hold.net > 0) hold.state.leaked += 1;
    this.#arbiter.release(grant);
  }

  /** A grant that nobody will get to see: all of it comes back, as far as the algorithms allow. */
  takeBack(grant: Grant): void {
    this.#arbiter.takeBack(grant);
  }

  ownerGone(owner: OwnerId): void {
    this.#arbiter.ownerGone(owner);
  }

  chargesCall(method: string): boolean {
    return this.#calls.some(({ rule }) => rule.charge === "call" && !isExempt(rule, method));
  }

  /** Of calls that could never be granted each is told so, which is the long way. */
  paidCalls(method: string): PaidCalls | undefined {
    if (this.#isUnusual) return undefined;
    const charged = this.#calls.filter(({ rule }) => rule.charge === "call" && !isExempt(rule, method));
    return new PaidCalls(method, this, charged);
  }

  /** Charges one call for these limits, if there is room, and nobody waits. */
  chargeAtOnce(states: readonly LimitState[], looksNow: boolean): boolean {
    return this.#closed === undefined && this.#arbiter.chargeAtOnce(states, looksNow);
  }

  close(reason: unknown): void {
    if (this.#closed !== undefined) return;
    const name = this.definition.name;
    const what = name === undefined ? "The limits were closed" : `The limits '${name}' were closed`;
    this.#closed = new LimitError("LIMIT_CLOSED", what, reason === undefined ? {} : { cause: reason });
    this.#arbiter.close(this.#closed);
  }

  stats(): Readonly<Record<string, LimitStats>> {
    return setStats(this.definition, [this]);
  }

  /** The limits at this moment, in the order of the set. */
  counts(): readonly MomentaryCounts[] {
    const now = this.#arbiter.now();
    return this.#states.map((state) => ({ state, available: state.meter.available(now) }));
  }

  /**
   * What a request takes; credits that it uses are used up.
   *
   * @throws {LimitError} When the request is wrong. Looked for only where something is unusual: this runs each time.
   */
  #prepare(ask: Ask, call: CallCharge | undefined, charge?: Grant): Grant {
    const { amounts, isCallCharge, owner, parent } = ask;
    const grant = new Grant(this, call, owner, parent, isCallCharge);
    if (amounts === undefined || parent !== undefined || this.#isUnusual) this.#check(ask, grant);
    if (isCallCharge) {
      for (const state of this.#calls) if (isChargedForCall(state, ask)) grant.add(state, 1, 0);
      return grant;
    }
    for (const key in amounts) {
      const state = this.#byKey.get(key);
      const requested = amounts[key];
      if (state === undefined || !state.isPlain(requested)) this.#check(ask, grant);
      if (state === undefined) continue;
      const amount = state.counted(requested as number);
      grant.add(state, amount, amount === 0 ? 0 : creditFor(state, call, charge));
    }
    if (parent !== undefined) return grant;
    for (const state of this.#calls)
      if (isChargedForAcquire(state, ask.call) && !isNamed(state, amounts)) grant.add(state, 1, 0);
    if (amounts === undefined)
      for (const state of this.#resources) if (ask.call?.holds(state) !== true) grant.add(state, 1, 0);
    return grant;
  }

  #check(ask: Ask, grant: Grant): void {
    const problem = this.#problem(ask);
    if (problem !== undefined) throw this.#refused(grant, problemError(problem));
  }

  #problem(ask: Ask): LimitProblem | undefined {
    const { amounts, parent, isCallCharge, call } = ask;
    const problem = isCallCharge ? undefined : findProblem(this.rules, amounts);
    if (problem !== undefined) return problem;
    if (parent !== undefined) return nestedProblem(this.#byKey, amounts ?? {}, parent);
    for (const state of this.#calls) {
      const isCharged = isCallCharge ? isChargedForCall(state, ask) : isChargedForAcquire(state, call);
      if (isCharged && !isNamed(state, amounts) && exceeds(state.rule, 1))
        return exceedsCapacity(state.rule, 1);
    }
    return undefined;
  }

  #refused(grant: Grant, error: LimitError): LimitError {
    grant.call?.giveCreditsBack(grant);
    return error;
  }
}

function isChargedForCall({ rule }: LimitState, { call }: Ask): boolean {
  return rule.charge === "call" && (call === undefined || !isExempt(rule, call.method));
}

/** Whether an outermost acquire is charged for a call limit that it doesn't name. */
function isChargedForAcquire({ rule }: LimitState, call: CallCharge | undefined): boolean {
  return call === undefined || (rule.charge === "acquire" && !isExempt(rule, call.method));
}

function isNamed({ rule }: LimitState, amounts: Amounts | undefined): boolean {
  return amounts !== undefined && Object.hasOwn(amounts, rule.key);
}

/** The part of an acquire that the call has been charged already: by its pool, or together with this acquire. */
function creditFor(state: LimitState, call: CallCharge | undefined, charge: Grant | undefined): number {
  if (charge === undefined) return call?.useCredit(state) ?? 0;
  return charge.find(state.rule.key) === undefined ? 0 : 1;
}
