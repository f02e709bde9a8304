import type { ArrayBufferOrPort, CallOptions, Future, MethodRef, Pool, PoolStats, Task } from "concurry";
import { kindOf, nameOf } from "../functions/function-reference.ts";
import { locate } from "../functions/refuse-closure.ts";
import type { FunctionStage } from "../graph/stage.ts";
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

/** How the pool of a stage is started; made, and so checked, before anything is. */
export type PoolMaker = (facts: PoolFacts) => StagePool;

/** What a run knows of the way behind a stage. */
export interface PoolFacts {
  /** Elements that fit behind it. */
  readonly room: number;
}

/**
 * Checks a stage that runs in a pool.
 *
 * @param owner Stands in messages, as `"map()"`.
 * @throws {WorkerNotFoundError} For a function that workers can't find; a `TypeError` or `RangeError` for wrong options.
 */
export function poolMaker(owner: string, stage: FunctionStage): PoolMaker {
  const { f, options } = stage;
  const { pool } = options;
  if (pool !== undefined) return ({ room }) => givenPool(stage, pool, room);
  if (kindOf(f) === "method") return ownPoolOfMethod(stage, f as MethodRef);
  if (!options.hasMode) return () => ofTask(f as (value: unknown) => unknown);
  return ownPoolOfFunction(owner, stage);
}

function ownPoolOfFunction(owner: string, stage: FunctionStage): PoolMaker {
  const { f, operation, options } = stage;
  const mode = typeof options.mode === "string" ? options.mode : options.mode.name;
  const text = (given: unknown): string | undefined =>
    given === undefined ? undefined : locate(owner, mode, given);
  const { onStart, onDone } = options;
  const spec: StageSpec = { mode, f: locate(owner, mode, f), onStart: text(onStart), onDone: text(onDone) };
  const builder = StageWorker.options(ownOptions(options));
  const method = operation === "flatMap" ? "applyAll" : "apply";
  return ({ room }) => {
    const pool = builder.init(spec) as unknown as Pool<StageWorker>;
    const call = caller(pool, method, callOptionsOf(stage, room), true);
    return { ...inPool(pool, method), isOwn: true, hasHooks: true, call };
  };
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
