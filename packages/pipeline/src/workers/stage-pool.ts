import type { ArrayBufferOrPort, CallOptions, Future, MethodRef, Pool, PoolStats, Task } from "concurry";
import { buildPool, ExportedErrors } from "concurry/internal";
import { kindOf, nameOf } from "../functions/function-reference.ts";
import { RemoteFunction } from "../functions/remote-function.ts";
import type { FunctionStage, WorkersPlan } from "../graph/stage.ts";
import { modeName } from "../options/mode-name.ts";
import { type StageSpec, StageWorker } from "./stage-worker.ts";

// Items that a stream may be ahead.
const MOST_AHEAD = 16;

/** A pool as stages use it: its methods by name. */
type Methods = Readonly<Record<string, (...values: unknown[]) => Future<unknown>>>;

/** Calls the function of a stage in a pool. */
export interface StagePool {
  /** Undefined for that of a task, which can only be asked for its stats. */
  readonly pool: Pool<StageWorker> | undefined;
  /** Name of the method that is called, as it stands in what the pool says of calls. */
  readonly method: string;
  /** True where the stage has started the pool, and so ends it. */
  readonly isOwn: boolean;
  /** True where workers are of the class that knows `begin` and `finish`. */
  readonly hasHooks: boolean;
  stats(): PoolStats;
  call(value: unknown, index: readonly number[], transfer: readonly ArrayBufferOrPort[] | undefined): unknown;
}

/** How the pool of a stage is started. */
export type PoolMaker = (facts: PoolFacts) => StagePool;

/** What a run knows of the way behind a stage. */
export interface PoolFacts {
  /** Elements that fit behind it. */
  readonly room: number;
}

/** What is known of a stage's pool before anything is started. */
export interface PoolPlan extends WorkersPlan {
  readonly makePool: PoolMaker;
}

/**
 * Checks a stage that runs in a pool.
 *
 * @param owner Stands in messages, as `"map()"`.
 * @throws {WorkerNotFoundError} For a function that workers can't find; a `TypeError` or `RangeError` for wrong options.
 */
export function planPool(owner: string, stage: FunctionStage): PoolPlan {
  const { f, options } = stage;
  if (options.pool !== undefined) return planGivenPool(owner, stage, options.pool);
  if (kindOf(f) === "method") return { makePool: ownPoolOfMethod(stage, f as MethodRef), check: nothing };
  if (!options.hasMode) return { makePool: () => ofTask(f as (value: unknown) => unknown), check: nothing };
  return planOwnPool(owner, stage);
}

function nothing(): undefined {}

function planOwnPool(owner: string, stage: FunctionStage): PoolPlan {
  const { operation, options } = stage;
  const mode = modeName(options.mode);
  const f = new RemoteFunction(owner, mode, stage.f);
  const hook = (role: "onStart" | "onDone"): RemoteFunction | undefined =>
    options[role] && new RemoteFunction(owner, mode, options[role], role);
  const [onStart, onDone] = [hook("onStart"), hook("onDone")];
  const errors = new ExportedErrors();
  const builder = buildPool(StageWorker as Parameters<typeof buildPool>[0], ownOptions(options), errors);
  const method = operation === "flatMap" ? "applyAll" : "apply";
  const spec: StageSpec = { mode, f: f.text, onStart: onStart?.text, onDone: onDone?.text };
  const functions = [f, onStart, onDone].filter((each) => each !== undefined);
  const makePool: PoolMaker = ({ room }) => {
    for (const each of functions) each.watch(errors);
    const pool = builder.init(spec) as unknown as Pool<StageWorker>;
    const call = caller(pool, method, callOptionsOf(stage, room), true);
    return { ...inPool(pool, method), isOwn: true, hasHooks: true, call };
  };
  return { makePool, check: () => checkAll(functions) };
}

function checkAll(functions: readonly RemoteFunction[]): Promise<unknown> | undefined {
  const checks = functions.map((each) => each.check()).filter((check) => check !== undefined);
  return checks.length === 0 ? undefined : Promise.all(checks);
}

function planGivenPool(owner: string, stage: FunctionStage, pool: object): PoolPlan {
  const makePool: PoolMaker = ({ room }) => givenPool(stage, pool, room);
  const { mode } = (pool as { getPoolStats(): PoolStats }).getPoolStats();
  if (kindOf(stage.f) === "method" || mode === "sync" || mode === "async")
    return { makePool, check: nothing };
  const f = new RemoteFunction(owner, mode, stage.f);
  return { makePool, check: () => f.check() };
}

function ownPoolOfMethod(stage: FunctionStage, ref: MethodRef): PoolMaker {
  const { options } = stage;
  const workerClass = ref.workerClass as typeof StageWorker;
  const builder = workerClass.options(ownOptions(options)) as unknown as {
    init(...values: readonly unknown[]): Pool<StageWorker>;
  };
  return ({ room }) => {
    const pool = builder.init(...ref.constructorArguments);
    const call = caller(pool, ref.method, callOptionsOf(stage, room), false);
    return { ...inPool(pool, ref.method), isOwn: true, hasHooks: false, call };
  };
}

function givenPool(stage: FunctionStage, given: object, room: number): StagePool {
  const { f } = stage;
  const pool = given as Pool<StageWorker>;
  if (kindOf(f) === "method") {
    const { method } = f as MethodRef;
    const call = caller(pool, method, callOptionsOf(stage, room), false);
    return { ...inPool(pool, method), isOwn: false, hasHooks: false, call };
  }
  const { submit } = given as { submit(f: unknown, value: unknown): unknown };
  const call = (value: unknown): unknown => submit.call(given, f, value);
  return { ...inPool(pool, "submit"), isOwn: false, hasHooks: false, call };
}

function ofTask(f: (value: unknown) => unknown): StagePool {
  const task = f as Task<[unknown]>;
  return {
    pool: undefined,
    method: nameOf(f, ""),
    isOwn: false,
    hasHooks: false,
    stats: () => task.getPoolStats(),
    call: (value) => task(value),
  };
}

function inPool(pool: Pool<StageWorker>, method: string): Pick<StagePool, "pool" | "method" | "stats"> {
  return { pool, method, stats: () => pool.getPoolStats() };
}

/**
 * The options of the calls with elements. The time limit of a stream is that of each item, and kept elsewhere; a stream is
 * no further ahead than there is room for its items.
 */
function callOptionsOf({ operation, options }: FunctionStage, room: number): CallOptions {
  const { timeoutMs, graceMs } = options;
  if (operation !== "flatMap") return timeoutMs === undefined ? {} : { timeoutMs, graceMs };
  const highWaterMark = Math.max(1, Math.min(MOST_AHEAD, room));
  return timeoutMs === undefined ? { highWaterMark } : { highWaterMark, graceMs };
}

function ownOptions({ workers, mode, graceMs, name, poolOptions }: FunctionStage["options"]): object {
  const isAsync = mode === "async";
  return {
    ...poolOptions,
    mode,
    maxWorkers: isAsync ? 1 : workers,
    ...(isAsync ? { concurrency: workers } : {}),
    loadBalancing: "shared_queue",
    graceMs,
    ...(name === undefined ? {} : { name }),
  };
}

/** @param hasIndex Whether the method takes the element's index, too. */
function caller(
  pool: Pool<StageWorker>,
  method: string,
  options: CallOptions,
  hasIndex: boolean,
): StagePool["call"] {
  const usual = (Object.keys(options).length === 0 ? pool : pool.with(options)) as unknown as Methods;
  return (value, index, transfer) => {
    const methods =
      transfer === undefined ? usual : (pool.with({ ...options, transfer }) as unknown as Methods);
    const call = methods[method] as Methods[string];
    return hasIndex ? call.call(methods, value, index) : call.call(methods, value);
  };
}
