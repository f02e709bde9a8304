import type { PoolStats } from "concurry";
import { FAULT } from "#workers/victim";
import type { MadeCall } from "./calls.ts";
import { repeated } from "./journal.ts";
import { judgeOrder } from "./order.ts";
import { isFaithful } from "./payloads.ts";
import { isHosted, MOST_WORKERS } from "./pool-plan.ts";
import type { Round } from "./round.ts";

type Entries = ReadonlyMap<string, readonly number[]>;

interface Failure {
  readonly code?: unknown;
  readonly message?: string;
  readonly started?: unknown;
}

/** What is wrong with the numbers of a pool at some moment. */
export function checkMoment(stats: PoolStats): string[] {
  const { queued, running } = stats;
  const problems: string[] = [];
  if (queued < 0 || running < 0) problems.push(`queued ${queued}, running ${running}`);
  for (const [key, { inUse = 0, capacity = 0, waiting = 0 }] of resources(stats))
    if (inUse < 0 || inUse > capacity || waiting < 0)
      problems.push(`limit ${key}: ${inUse} of ${capacity} in use, ${waiting} waiting`);
  return problems;
}

/** What is held of a pool's limits, or waited for; nothing once all calls are done. */
export function heldLimits(stats: PoolStats): string[] {
  return resources(stats)
    .filter(([, { inUse = 0, waiting = 0 }]) => inUse !== 0 || waiting !== 0)
    .map(([key, { inUse, waiting }]) => `limit ${key}: ${inUse} in use, ${waiting} waiting`);
}

function resources({
  limits,
}: PoolStats): [string, { inUse?: number; capacity?: number; waiting?: number }][] {
  return Object.entries(limits).filter(([key]) => key !== "balancer") as never;
}

/** Calls and other things that have not come to an end. */
export function unfinished(round: Round): string[] {
  const calls = round.calls.filter(({ outcome }) => outcome === undefined);
  const waits = round.expected.filter(({ isOver }) => !isOver);
  return [
    ...waits.map(({ what }) => `${what} has not ended`),
    ...calls.map(({ id, plan, future }) => {
      return `${id} is ${future.status} at worker ${future.workerIndex}: ${JSON.stringify(plan)}`;
    }),
  ];
}

/** How many those are. */
export function countUnfinished({ calls, expected }: Round): number {
  return countOf(calls, ({ outcome }) => outcome === undefined) + countOf(expected, ({ isOver }) => !isOver);
}

function countOf<T>(items: readonly T[], isCounted: (item: T) => boolean): number {
  return items.reduce((count, item) => count + (isCounted(item) ? 1 : 0), 0);
}

/** What is wrong with a round that is over. */
export function judge(round: Round): string[] {
  const entries = round.journal.entries();
  const attempts = new Map<string, number[]>();
  for (const { id, attempt } of entries) attempts.set(id, [...(attempts.get(id) ?? []), attempt]);
  return [
    ...round.problems,
    ...repeated(entries).map((line) => `ran twice: ${line}`),
    ...entries.filter(({ id }) => id.startsWith(FAULT)).map(({ id }) => `too many at once: ${id}`),
    ...judgeOrder(round, entries),
    ...judgeCharges(round, entries),
    ...round.calls.flatMap((call) => judgeCall(round, call, attempts).map((text) => `${call.id}: ${text}`)),
    ...judgeCounts(round),
  ];
}

function judgeCall(round: Round, call: MadeCall, entries: Entries): string[] {
  const { outcome, plan, future, cancelledWhile } = call;
  const ran = entries.get(call.id) ?? [];
  const problems: string[] = [];
  if (outcome === undefined) return ["has not settled"];
  const failure = "error" in outcome ? (outcome.error as Failure) : undefined;
  const status = statusOf(call);
  if (future.status !== status) problems.push(`its status is ${future.status}, it is ${status}`);
  if (cancelledWhile !== undefined && status !== "cancelled") problems.push("cancel() took effect, it says");
  if (Math.max(0, ...ran) > 1 + (plan.retry?.retries ?? 0)) problems.push(`ran ${ran.length} times`);
  if ("value" in outcome) problems.push(...judgeValue(call, outcome.value, ran));
  else if (!isExpected(round, call, outcome.error as Failure))
    problems.push(`was not to fail with ${describe(outcome.error)}: ${JSON.stringify(plan)}`);
  if (failure?.started === false && plan.retry === undefined && ran.length > 0)
    problems.push("had not begun, it says, and ran");
  // A process can't be asked; it may begin what it is about to be told of.
  const isExact = round.plan.pool.mode !== "process" && plan.retry === undefined;
  if (cancelledWhile === "queued" && isExact && ran.length > 0)
    problems.push("ran, though it was cancelled before");
  return problems;
}

function errorOf({ outcome }: MadeCall): unknown {
  return outcome !== undefined && "error" in outcome ? outcome.error : undefined;
}

/** What it failed with itself; the failure of its argument may say that this was cancelled, or refused. */
function ownErrorOf(call: MadeCall): unknown {
  const error = errorOf(call);
  return call.source === undefined || errorOf(call.source) !== error ? error : undefined;
}

function statusOf(call: MadeCall): string {
  if (errorOf(call) === undefined) return "fulfilled";
  return codeOf(call) === "CANCELLED" ? "cancelled" : "rejected";
}

function judgeValue(
  call: MadeCall,
  value: { id: string; attempt: number; echo: unknown },
  ran: readonly number[],
): string[] {
  const { id, plan } = call;
  const problems: string[] = [];
  if (value.id !== id) problems.push(`has the result of ${value.id}`);
  if (!ran.includes(value.attempt)) problems.push("has a result and did not run");
  if (!isRightEcho(call, value.echo)) problems.push("its argument did not come back as it went");
  if (plan.method === "hang" || plan.method === "spin" || plan.promise === "broken")
    problems.push("can't have a result");
  return problems;
}

function isRightEcho({ plan, source }: MadeCall, echo: unknown): boolean {
  if (source === undefined) return isFaithful(plan.payload, echo);
  return (
    source.outcome !== undefined && "value" in source.outcome && isSameAnswer(echo, source.outcome.value)
  );
}

/** An answer may hold another one, and so on: their ids tell enough. */
function isSameAnswer(one: unknown, other: { readonly id: string }): boolean {
  return (one as { id?: unknown } | undefined)?.id === other.id;
}

/** Whether a call may fail in this way. */
function isExpected({ plan: { pool }, isCut, isResized }: Round, call: MadeCall, failure: Failure): boolean {
  const { plan, isLate, id, source } = call;
  // What its argument failed with is what it fails with.
  if (source?.outcome !== undefined && "error" in source.outcome && source.outcome.error === failure)
    return true;
  switch (failure.code) {
    case "STOPPED":
      // Its own worker may be gone for good.
      return isLate || (isResized && plan.pin !== undefined);
    case "CANCELLED":
      return call.cancelAsked || isCut;
    case "TIMEOUT":
      return pool.timeoutMs !== undefined || plan.options.timeoutMs !== undefined;
    case "QUEUE_FULL":
      return pool.maxQueuedCalls !== undefined;
    case "WORKER_CRASHED":
      return isHosted(pool);
    case "WORKER_START":
      return pool.maxRestarts !== undefined;
    case undefined:
      return (
        (plan.promise === "broken" && failure.message === `meant to break: ${id}`) ||
        (plan.method === "fail" && failure.message === `meant to fail: ${id}`)
      );
    default:
      return false;
  }
}

function judgeCounts(round: Round): string[] {
  const { pool, calls, callEnds, broadcasts, broadcastParts, isElastic } = round;
  const { completed, failed, cancelled, timedOut, queued, running } = pool.getPoolStats();
  const problems: string[] = [];
  if (queued !== 0 || running !== 0) problems.push(`${queued} still queued, ${running} still running`);
  const settled = completed + failed + cancelled + timedOut;
  const parts = settled - calls.length;
  if (isElastic ? parts < 0 || parts > broadcasts * 2 * MOST_WORKERS : parts !== broadcastParts)
    problems.push(`${calls.length} calls and ${broadcastParts} of broadcasts made, ${settled} counted`);
  const twice = [...callEnds.values()].filter((count) => count > 1).length;
  if (twice > 0) problems.push(`${twice} calls settled more than once`);
  const taken = calls.filter((call) => !isRefused(call)).length;
  // Of those for a worker that is gone some were refused, and some taken before.
  const unsure = calls.filter((call) => !call.isLate && codeOf(call) === "STOPPED").length;
  if (callEnds.size > taken || callEnds.size < taken - unsure)
    problems.push(`${taken} calls were taken, ${callEnds.size} settled`);
  return problems;
}

/** The pool's own limit of calls is charged once for each attempt that ran, and never more than once for one. */
function judgeCharges({ pool, calls }: Round, entries: readonly { readonly id: string }[]): string[] {
  const { limits, retried } = pool.getPoolStats();
  const { charged } = (limits.callCount ?? {}) as { charged?: number };
  if (charged === undefined) return [];
  const ran = entries.filter(({ id }) => id.startsWith("c")).length;
  if (charged >= ran && charged <= calls.length + retried) return [];
  return [`${ran} attempts ran, of ${calls.length} calls and ${retried} retries; ${charged} were charged`];
}

/** True when the pool didn't take it. */
function isRefused(call: MadeCall): boolean {
  // All that come too late fail with the same error.
  if (call.isLate) return true;
  return codeOf(call) === "QUEUE_FULL";
}

/** The code of what it failed with itself. */
function codeOf(call: MadeCall): unknown {
  return ((ownErrorOf(call) ?? {}) as Failure).code;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as Failure;
  return `${error.name}${code === undefined ? "" : ` (${String(code)})`}: ${error.message}`;
}
