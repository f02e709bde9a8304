import type { MethodRef, PoolStats } from "concurry";
import { wrongType } from "concurry/internal";
import {
  hasOwnWorkers,
  isGenerator,
  kindOf,
  nameOf,
  plainFunction,
} from "../functions/function-reference.ts";
import type { FunctionStage, Operation } from "../graph/stage.ts";
import { type ResolvedStageOptions, resolveStageOptions } from "../options/check-stage-options.ts";
import { planPool } from "../workers/stage-pool.ts";
import type { Draft } from "./draft.ts";

/**
 * A stage that calls a function.
 *
 * @throws {TypeError} For an unknown option, one of the wrong type, or what is no function; a `RangeError` for one out of
 * range.
 * @throws {WorkerNotFoundError} For a function that workers can't find.
 */
export function callDraft(operation: Operation, f: unknown, given: unknown): Draft {
  const owner = `${operation}()`;
  const options = resolveStageOptions(owner, given);
  if (operation === "each" && options.yieldsOutcomes)
    throw new TypeError('each() yields nothing, got onError or onTimeout "yield": use map() for outcomes');
  const kind = kindOf(f);
  if (kind === undefined) throw wrongType(`The function of ${owner}`, "a function or a method reference", f);
  const name = options.name ?? nameOf(f, operation);
  const usesTask = !options.hasMode && options.pool === undefined && hasOwnWorkers(f);
  const isHere = options.mode === "sync" || options.mode === "async";
  if (options.pool === undefined && !usesTask && kind !== "method" && isHere) {
    const work: FunctionStage = {
      kind: "function",
      operation,
      f: plainFunction(f),
      options,
      plan: undefined,
    };
    return { name, work };
  }
  const shared = options.pool ?? (usesTask ? (f as object) : undefined);
  if (options.pool !== undefined) checkPool(owner, options.pool, f);
  if (shared !== undefined) refuseGenerator(owner, shared, f);
  if (kind === "method") refuseHooks(options);
  if (usesTask) refuseForTask(options);
  if (options.pool !== undefined && kind !== "method" && options.transfer !== undefined)
    throw new TypeError("transfer can't be set where a TaskPool runs the function");
  const sized = shared === undefined || options.hasWorkers ? options : withSlotsOf(shared, options);
  const work: FunctionStage = {
    kind: "function",
    operation,
    f,
    options: { ...sized, name },
    plan: undefined,
  };
  return { name, work: { ...work, plan: planPool(owner, work) } };
}

function checkPool(owner: string, pool: object, f: unknown): void {
  const ref = kindOf(f) === "method" ? (f as MethodRef) : undefined;
  if (ref !== undefined && ref.constructorArguments.length > 0)
    throw new TypeError(
      `pool and constructor arguments exclude each other: its workers exist already; write ${nameOf(ref.workerClass, "Model")}.method("${ref.method}")`,
    );
  const method = ref?.method ?? "submit";
  if (typeof Reflect.get(pool, method) === "function") return;
  throw wrongType(
    "pool",
    ref !== undefined ? `a pool with the method "${method}"` : `a TaskPool, since ${owner} got a function`,
    pool,
  );
}

/** The workers of a pool of functions send back what a call returns, and a generator can't be sent. */
function refuseGenerator(owner: string, pool: object, f: unknown): void {
  if (!isGenerator(f)) return;
  const { mode } = (pool as { getPoolStats(): PoolStats }).getPoolStats();
  if (mode === "sync" || mode === "async") return;
  throw new TypeError(
    `${owner} got the generator function ${nameOf(f, "(anonymous)")} with a pool of functions, which can't stream its items; ` +
      'set mode: "thread" or "process" instead, or make it a * method of a worker class',
  );
}

function refuseHooks({ onStart, onDone }: ResolvedStageOptions): void {
  if (onStart === undefined && onDone === undefined) return;
  throw new TypeError(
    "onStart and onDone are for functions: the worker of a method has a constructor, onStart and onStop of its own",
  );
}

function refuseForTask({ timeoutMs, onStart, onDone, onLost, transfer }: ResolvedStageOptions): void {
  const found = Object.entries({ timeoutMs, onStart, onDone, onLost, transfer }).find(
    ([, value]) => value !== undefined,
  );
  if (found === undefined) return;
  throw new TypeError(
    `${found[0]} can't be set where a task uses its own workers; give the stage a mode, too`,
  );
}

/** As many elements at once as the pool takes. */
function withSlotsOf(pool: object, options: ResolvedStageOptions): ResolvedStageOptions {
  const { maxWorkers, concurrency } = (pool as { getPoolStats(): PoolStats }).getPoolStats();
  const workers = maxWorkers * (concurrency ?? Number.POSITIVE_INFINITY);
  return { ...options, workers, maxsize: options.hasMaxsize ? options.maxsize : 2 * workers };
}
