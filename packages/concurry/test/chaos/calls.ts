import type { CallOptions, Future, RetryOptions } from "concurry";
import type { Answer, Wound } from "#workers/victim";
import { makePayload, type PayloadPlan, planPayload } from "./payloads.ts";
import { amountsOf, isHosted, type PoolPlan } from "./pool-plan.ts";
import type { Random } from "./random.ts";
import type { Round } from "./round.ts";

type Method = "work" | "rest" | "obey" | "busy" | "fail" | "take" | "hang" | "spin";

/** One call as it is planned: plain data. */
export interface CallPlan {
  readonly method: Method | "hurt";
  readonly milliseconds: number;
  readonly payload: PayloadPlan;
  readonly wound?: Wound | undefined;
  /** Place among the workers, from 0 up to 1, of the one that it is for. */
  readonly pin: number | undefined;
  readonly options: Pick<CallOptions, "priority" | "key" | "timeoutMs" | "graceMs">;
  readonly retry: RetryOptions | undefined;
  readonly cancel: { readonly afterMs: number; readonly by: "future" | "signal" } | undefined;
  /** Whether its argument is a promise, and what becomes of that; or the future of the call before it. */
  readonly promise: "kept" | "broken" | "future" | undefined;
  /** Whether the memory of its argument moves. */
  readonly isTransferred: boolean;
}

/** A call that was made, and what came of it. */
export interface MadeCall {
  readonly id: string;
  readonly plan: CallPlan;
  readonly future: Future<Answer>;
  /** The call whose future is its argument. */
  readonly source: MadeCall | undefined;
  /** True when it was made after the pool was stopped. */
  readonly isLate: boolean;
  /** Set when somebody asks for its end. */
  cancelAsked: boolean;
  /** What `cancel` returned when it took effect, and where the call was then. */
  cancelledWhile: string | undefined;
  outcome: { readonly value: Answer } | { readonly error: unknown } | undefined;
}

const BROKEN = "meant to break: ";
const PROMISE_MS = 3;

function planMethod(random: Random, pool: PoolPlan): Method {
  const methods: [Method, number][] = [
    ["work", 12],
    ["rest", 3],
    ["obey", 3],
    ["busy", 2],
    ["fail", 2],
    ["take", pool.limits === "none" || pool.limits === "call" ? 0 : 8],
    // Only of an actor a method that never ends is taken away.
    ["hang", isHosted(pool) && pool.concurrency === 1 ? 0.3 : 0],
    ["spin", isHosted(pool) && pool.concurrency === 1 ? 0.3 : 0],
  ];
  return random.weighted(methods, ([, weight]) => weight)[0];
}

export function planCall(
  random: Random,
  pool: PoolPlan,
  method: Method = planMethod(random, pool),
): CallPlan {
  const isEndless = method === "hang" || method === "spin";
  const pin = !isEndless && random.chance(0.1) ? random.next() : undefined;
  const isFree = pin === undefined;
  return {
    method,
    milliseconds: random.below(8),
    payload: planPayload(random),
    pin,
    // What goes to one worker takes no options.
    options: isFree ? planOptions(random, pool, isEndless) : {},
    retry: isFree && random.chance(0.25) ? planRetry(random) : undefined,
    cancel: random.chance(0.1)
      ? { afterMs: random.below(30), by: isFree && random.chance(0.5) ? "signal" : "future" }
      : undefined,
    promise: random.chance(0.1) ? random.pick(["kept", "kept", "broken", "future", "future"]) : undefined,
    isTransferred: isFree && random.chance(0.2),
  };
}

function planOptions(random: Random, { loadBalancing }: PoolPlan, isEndless: boolean): CallPlan["options"] {
  return {
    ...(random.chance(0.2) && { priority: random.between(-2, 2) }),
    ...((loadBalancing === "consistent_hash" || random.chance(0.2)) && { key: random.below(6) }),
    ...((isEndless || random.chance(0.1)) && { timeoutMs: random.between(5, 100) }),
    ...(random.chance(0.1) && { graceMs: random.pick([0, 10, 50]) }),
  };
}

function planRetry(random: Random): RetryOptions {
  const rule: RetryOptions = { retries: random.between(1, 3), waitMs: random.below(15), jitter: 0 };
  return random.chance(0.6) ? { ...rule, on: () => true } : rule;
}

/** Makes a planned call, and keeps what comes of it. */
export function makeCall(round: Round, plan: CallPlan): MadeCall {
  const { pool } = round;
  const id = `c${round.calls.length}`;
  const controller = plan.cancel?.by === "signal" ? new AbortController() : undefined;
  const source = plan.promise === "future" ? round.calls.at(-1) : undefined;
  const payload = source?.future ?? argumentOf(id, plan);
  const moves = plan.isTransferred && payload instanceof Uint8Array;
  const options: CallOptions = {
    ...plan.options,
    ...(moves && { transfer: [payload.buffer as ArrayBuffer] }),
    ...(plan.retry && { retry: plan.retry }),
    ...(controller && { signal: controller.signal }),
  };
  const isLate = pool.stopped;
  const pinned =
    plan.pin === undefined ? undefined : pool.workers[Math.floor(plan.pin * pool.workers.length)];
  const target = pinned ?? (Object.keys(options).length === 0 ? pool : pool.with(options));
  const future = invoke(target, id, plan, payload as undefined, amountsOf(round.plan.pool));
  const call: MadeCall = {
    id,
    plan,
    future,
    source,
    isLate,
    cancelAsked: false,
    cancelledWhile: undefined,
    outcome: undefined,
  };
  future.then(
    (value) => {
      call.outcome = { value };
    },
    (error: unknown) => {
      call.outcome = { error };
    },
  );
  if (plan.cancel !== undefined)
    setTimeout(() => {
      if (controller === undefined) cancelCall(call);
      else abort(call, controller);
    }, plan.cancel.afterMs);
  return call;
}

type Target = Pick<Round["pool"], Method | "hurt">;

function invoke(
  target: Target,
  id: string,
  { method, milliseconds, wound }: CallPlan,
  payload: unknown,
  amounts: Readonly<Record<string, number>>,
): Future<Answer> {
  switch (method) {
    case "work":
    case "hang":
    case "spin":
      return target[method](id, payload);
    case "take":
      return target.take(id, payload, milliseconds, amounts);
    case "fail":
      return target.fail(id, payload, milliseconds);
    case "hurt":
      return target.hurt(id, payload, wound as Wound);
    default:
      return target[method](id, payload, milliseconds);
  }
}

function argumentOf(id: string, { payload, promise }: CallPlan): unknown {
  const value = makePayload(payload);
  if (promise === undefined || promise === "future") return value;
  const argument = new Promise((resolve, reject) => {
    setTimeout(() => (promise === "kept" ? resolve(value) : reject(new Error(BROKEN + id))), PROMISE_MS);
  });
  // A pool that takes no calls doesn't look at it.
  argument.catch(() => {});
  return argument;
}

/** Cancels a call, and keeps what that told. */
export function cancelCall(call: MadeCall): void {
  const { status } = call.future;
  call.cancelAsked = true;
  if (call.future.cancel("chaos")) call.cancelledWhile = status;
}

/** As {@link cancelCall}, by the signal that the call was made with. */
function abort(call: MadeCall, controller: AbortController): void {
  call.cancelAsked = true;
  controller.abort("chaos");
}
