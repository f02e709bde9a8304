import type { LimitsLane } from "../control/limits-lane.ts";
import { CancelledError, TimeoutError } from "../errors/call-errors.ts";
import { LimitError } from "../errors/limit-error.ts";
import { onAbort } from "../util/abort.ts";
import { type Deferred, deferred } from "../util/deferred.ts";
import { isApart } from "./apart.ts";
import { findProblem, type LimitProblem, problemError } from "./check-request.ts";
import { isExempt, KeyRules } from "./key-rules.ts";
import type { AnswerRecord, AskRecord, RemoteSet } from "./limit-records.ts";
import type { AcquireOptions, Amounts, Lease, LimitRequest, LimitStats, Limits } from "./limits.ts";
import { amountsOf, optionsOf } from "./parse-request.ts";
import { RemoteHolding, RemoteLease } from "./remote-lease.ts";
import { watchLease } from "./unreleased.ts";
import { useLease } from "./use-lease.ts";

/** Where a worker's limits are, and which call it runs. */
export interface LimitsSource {
  readonly sets: readonly RemoteSet[];
  readonly lane: LimitsLane;
  /** Stands in warnings where no call runs. */
  readonly className: string;
  currentCall(): CurrentCall | undefined;
}

/** The call that runs when limits are asked for. */
export interface CurrentCall {
  readonly callId: number;
  readonly attempt: number;
  /** Its place among the calls of the worker. */
  readonly slot: number;
  readonly method: string;
  /** A broadcast, which its pool has not charged. */
  readonly isBeside: boolean;
  readonly isAborted: boolean;
  readonly signal: AbortSignal;
}

const NO_CALL = { callId: 0, attempt: 0, slot: 0 };

interface Pending {
  readonly answer: Deferred<Lease | null>;
  readonly label: string;
  readonly stopListening: () => void;
}

/** The worker's end of limits that are kept elsewhere: one message asks, one answers. */
export class RemoteLimits implements Limits {
  /** What is told of the sets where these limits are passed on. */
  readonly sets: readonly RemoteSet[];
  readonly #source: LimitsSource;
  readonly #rules: readonly KeyRules[];
  readonly #pending = new Map<number, Pending>();
  readonly #stats = new Map<number, Deferred<Readonly<Record<string, LimitStats>>>>();
  #lastId = 0;

  constructor(source: LimitsSource) {
    this.#source = source;
    this.sets = source.sets;
    this.#rules = source.sets.map((set) => new KeyRules(set));
    source.lane.listen((record) => this.#hear(record as unknown as AnswerRecord));
  }

  async acquire(request?: LimitRequest, options?: AcquireOptions): Promise<Lease> {
    return (await this.#ask(request, options, 0, false)) as Lease;
  }

  async tryAcquire(request?: LimitRequest): Promise<Lease | null> {
    return this.#ask(request, undefined, 0, true);
  }

  // A field, so that it can't be sent to a worker: what would arrive is an empty object.
  readonly tryAcquireSync: Limits["tryAcquireSync"] = () => {
    const message = "These limits are kept in another thread or process: use acquire() or tryAcquire()";
    throw new LimitError("LIMIT_REMOTE", message);
  };

  use<T>(
    request: LimitRequest | undefined,
    fn: (lease: Lease) => T | Promise<T>,
    options?: AcquireOptions,
  ): Promise<T> {
    return useLease(this, request, fn, options);
  }

  stats(): Promise<Readonly<Record<string, LimitStats>>> {
    this.#lastId += 1;
    const answer = deferred<Readonly<Record<string, LimitStats>>>();
    this.#stats.set(this.#lastId, answer);
    this.#send(["stats", this.#lastId]);
    return answer.promise;
  }

  #ask(
    request: LimitRequest | undefined,
    options: AcquireOptions | undefined,
    parent: number,
    isTry: boolean,
  ): Promise<Lease | null> {
    const amounts = amountsOf(request);
    const { signal, timeoutMs, priority } = optionsOf(request, options);
    if (signal?.aborted) return Promise.reject(signal.reason);
    const problem = this.#problem(amounts);
    if (problem !== undefined) return Promise.reject(problemError(problem));
    const call = isApart() ? undefined : this.#source.currentCall();
    // A call that was cut short may go on for a while; it gets no more.
    if (call?.isAborted) return Promise.reject(call.signal.reason);
    this.#lastId += 1;
    const id = this.#lastId;
    const label = `${this.#source.className}.${call?.method ?? "constructor"}()`;
    if (parent === 0 && amounts !== undefined && this.#takesNothing(amounts, call))
      return Promise.resolve(this.#emptyLease(label));
    const answer = deferred<Lease | null>();
    const stopListening =
      signal === undefined ? () => {} : onAbort(signal, (reason) => this.#abort(id, reason));
    this.#pending.set(id, { answer, label, stopListening });
    const limit = isTry ? -1 : (timeoutMs ?? null);
    const { callId, attempt, slot } = call ?? NO_CALL;
    const asked = amounts ?? null;
    this.#send(["acquire", id, asked, limit, priority ?? null, callId, parent, label, attempt, slot]);
    return answer.promise;
  }

  /** What is wrong with a request wherever it goes: of several sets the arbiter knows which could grant it. */
  #problem(amounts: Amounts | undefined): LimitProblem | undefined {
    const [first, ...others] = this.#rules.map((rules) => findProblem(rules, amounts));
    return others.includes(undefined) ? undefined : first;
  }

  /** Whether nothing is named, and nothing is charged for it in this call. */
  #takesNothing(amounts: Amounts, call: CurrentCall | undefined): boolean {
    const [set, another] = this.#source.sets;
    if (set === undefined || another !== undefined || Object.keys(amounts).length > 0) return false;
    const isCharged = call !== undefined && !call.isBeside && set.isPassedOn !== true;
    return set.rules.every(
      (rule) =>
        rule.kind !== "call" || (isCharged && (rule.charge === "call" || isExempt(rule, call.method))),
    );
  }

  /** A lease that the arbiter needn't know of. */
  #emptyLease(label: string): Lease {
    return new RemoteLease({
      holding: new RemoteHolding(0, label, () => {}),
      amounts: {},
      waitedMs: 0,
      rules: this.#rules[0] as KeyRules,
      config: this.#source.sets[0]?.config ?? {},
      update: () => {},
      acquire: async (request, options) => (await this.#ask(request, options, 0, false)) as Lease,
    });
  }

  #abort(id: number, reason: unknown): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    this.#send(["cancel", id]);
    pending?.answer.reject(reason);
  }

  #hear(record: AnswerRecord): void {
    const [type, id] = record;
    if (type === "stats") {
      this.#stats.get(id)?.resolve(record[2]);
      this.#stats.delete(id);
      return;
    }
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.stopListening();
    if (type === "grant") this.#granted(record, pending);
    else if (type === "none") pending?.answer.resolve(null);
    else pending?.answer.reject(errorOf(record));
  }

  #granted(
    [, id, set, waitedMs, amounts]: Extract<AnswerRecord, readonly ["grant", ...unknown[]]>,
    pending: Pending | undefined,
  ): void {
    // It crossed the request's end on its way: nobody has seen it, so all of it goes back.
    if (pending === undefined) this.#send(["return", id]);
    else pending.answer.resolve(this.#leaseOf(id, set, waitedMs, amounts, pending.label));
  }

  #leaseOf(id: number, set: number, waitedMs: number, amounts: Amounts, label: string): Lease {
    const holding = new RemoteHolding(id, label, (type, lease) => this.#send([type, lease]));
    const rules = this.#rules[set] as KeyRules;
    const lease = new RemoteLease({
      holding,
      amounts,
      waitedMs,
      rules,
      config: this.#source.sets[set]?.config ?? {},
      update: (usage) => this.#send(["update", id, usage]),
      acquire: async (request, options) => (await this.#ask(request, options, id, false)) as Lease,
    });
    const hasResources = Object.keys(amounts).some((key) => rules.get(key)?.kind === "resource");
    if (hasResources) watchLease(lease, holding);
    return lease;
  }

  #send(record: AskRecord): void {
    this.#source.lane.send(record);
  }
}

function errorOf(record: Extract<AnswerRecord, readonly ["refuse" | "cancelled", ...unknown[]]>): Error {
  if (record[0] === "cancelled") {
    const [, , name, message] = record;
    return name === "TimeoutError" ? new TimeoutError(message) : new CancelledError(message);
  }
  const [, , code, message, key, details] = record;
  return new LimitError(code, message, { key: key ?? undefined, details });
}
