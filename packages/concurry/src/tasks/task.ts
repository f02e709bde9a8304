import type { Engine } from "../engine/engine.ts";
import type { Future } from "../future/future.ts";
import type { PoolStats } from "../pool/pool-stats.ts";
import type { StopOptions } from "../pool/pool-type.ts";
import type { UnwrappedArguments } from "../pool/unwrapped.ts";
import { classOfFunction, methodNameOf } from "../protocol/function-class.ts";
import { type AnyFunction, functionNameOf, textMark } from "../protocol/function-mark.ts";
import { realm } from "../protocol/realm.ts";
import { TASK, type TaskRecord } from "../protocol/task-record.ts";
import { callSite } from "../util/call-site.ts";
import { aFunction } from "../util/check.ts";
import type { Mode, WorkerOptions } from "../worker/options.ts";
import { resolveFor } from "../worker/resolve-options.ts";
import { type FunctionPool, functionPool, mapOver } from "./function-pool.ts";
import type { ItemsOf } from "./items.ts";
import { locateTask } from "./locate-function.ts";
import type { MapOptions } from "./map.ts";
import { countSite } from "./task-site.ts";

/**
 * A function with a pool of its own: calling it runs it in one of the pool's workers.
 *
 * The workers start at the first call. Called inside a worker of its own pool it runs in place.
 */
export interface Task<Arguments extends readonly unknown[] = readonly never[], Result = unknown> {
  (...values: UnwrappedArguments<Arguments>): Future<Awaited<Result>>;
  /**
   * Calls the function for each item, over all workers, and yields the results. Items are taken as they are needed: no
   * more than there are calls open, and results waiting. What the function or the source throws is thrown by the loop.
   *
   * Leaving the loop cancels the calls that wait, and closes the source. Those that run are finished.
   *
   * @param items Anything iterable or async iterable; promises among them are awaited.
   * @throws {TypeError} For an unknown option or a wrong type; a `RangeError` for one out of range.
   * @example
   * for await (const squared of square.map([1, 2, 3], { ordered: false })) console.log(squared);
   */
  map(items: ItemsOf<Arguments>, options?: MapOptions): AsyncIterableIterator<Awaited<Result>>;
  /** Counts and times of the pool. Cheap; never waits. */
  getPoolStats(): PoolStats;
  /** Ends the pool, as `stop` of any other; from then on calls reject with `StoppedError`. */
  stop(options?: StopOptions): Promise<void>;
  /** The same as `stop()`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Makes a function that runs in workers out of one that doesn't. Call it at the top level of a module, so that a thread
 * or process finds the function again when it loads this module.
 *
 * @param run Any function; in threads and processes it sees the variables of its module, each worker its own copy.
 * @param options As for pools of classes, but that workers wait in one queue (`loadBalancing: "shared_queue"`) unless it
 * says otherwise. Without options a direct call runs on the caller's event loop, in mode `"async"`.
 * @throws {TypeError} When it is no function, or an option is missing, unknown or of the wrong type; a `RangeError` for
 * one out of range.
 * @example
 * export const square = task((x: number) => x * x, { mode: "process", maxWorkers: 4 });
 *
 * console.log(await square(7)); // 49
 */
export function task<F extends AnyFunction, M extends Mode | Engine>(
  run: F,
  options?: WorkerOptions<M>,
): Task<Parameters<F>, ReturnType<F>> {
  aFunction("The function of task()", run);
  const made = makeTask(run, callSite(task), options ?? { mode: "async" });
  // A host that is loading this module to find the function has seen it now.
  realm().touch(made);
  return made as unknown as Task<Parameters<F>, ReturnType<F>>;
}

function makeTask(run: AnyFunction, place: ReturnType<typeof callSite>, options: object): AnyFunction {
  const { site, turn } = countSite(place);
  const name = functionNameOf(run);
  const method = methodNameOf(name);
  const record: TaskRecord = {
    run,
    site,
    mark: { kind: "task", turn, parameters: run.length, text: textMark(run) },
    runInPlace: () => {
      pool = open({ mode: "async" });
    },
  };
  const open = (given: object): FunctionPool => {
    const subject = {
      owner: "task()",
      name: method,
      methods: [method],
      loadBalancing: "shared_queue" as const,
      startsLate: true,
      locate: (module: string | URL | undefined) => locateTask(record, module),
    };
    return functionPool(classOfFunction(method, run), resolveFor(subject, given));
  };
  let pool = open(options);
  const call = (...values: readonly unknown[]): Future<unknown> => pool.core.call(0, values);
  const members = {
    [TASK]: record,
    name,
    length: run.length,
    map: (items: unknown, given?: MapOptions) =>
      mapOver(`${method}.map()`, pool.core, (item) => pool.core.call(0, [item]), items, given),
    getPoolStats: () => pool.members.getPoolStats(),
    stop: (given?: StopOptions) => pool.members.stop(given),
    [Symbol.asyncDispose]: () => pool.members.stop(),
  };
  for (const key of Reflect.ownKeys(members)) {
    const value: unknown = Reflect.get(members, key);
    Object.defineProperty(call, key, { value, configurable: true });
  }
  return call;
}
