import type { Engine } from "../engine/engine.ts";
import type { Future } from "../future/future.ts";
import { PoolCore } from "../pool/pool.ts";
import { CORE } from "../pool/pool-class.ts";
import { membersCore, PoolMembersBase } from "../pool/pool-members.ts";
import type { PoolMembers } from "../pool/pool-type.ts";
import type { UnwrappedArguments } from "../pool/unwrapped.ts";
import type { AnyFunction } from "../protocol/function-mark.ts";
import { SUBMIT } from "../protocol/function-worker.ts";
import { realm } from "../protocol/realm.ts";
import { aFunction } from "../util/check.ts";
import type { Mode, WorkerOptions } from "../worker/options.ts";
import { mapOver } from "./function-pool.ts";
import type { ItemsOf } from "./items.ts";
import type { MapOptions } from "./map.ts";
import { OpenPool, OpenWorker } from "./open-pool.ts";

/**
 * A pool that runs functions: whichever a call names.
 *
 * In threads and processes these are functions that their modules export, and tasks: others can't be found there again.
 */
export interface TaskPool extends Omit<PoolMembers, "workers" | "broadcast" | "with"> {
  /**
   * Runs a function in one of the workers.
   *
   * @throws {WorkerNotFoundError} When no worker could find it. What only a worker can tell rejects the future.
   * @example
   * export const half = (x: number) => x / 2;
   *
   * await taskPool.submit(half, 10); // 5
   */
  submit<F extends AnyFunction>(
    run: F,
    ...values: UnwrappedArguments<Parameters<F>>
  ): Future<Awaited<ReturnType<F>>>;
  /**
   * Calls a function for each item and yields the results, as `map` of a {@link Task}.
   *
   * @example
   * for await (const halved of taskPool.map(half, [1, 2, 3])) console.log(halved);
   */
  map<F extends AnyFunction>(
    run: F,
    items: ItemsOf<Parameters<F>>,
    options?: MapOptions,
  ): AsyncIterableIterator<Awaited<ReturnType<F>>>;
}

/** Checked options of a {@link TaskPool}; nothing is started yet. */
export interface TaskPoolBuilder {
  /** Starts the workers. Calls may be made at once. */
  init(): TaskPool;
}

/**
 * Makes pools that run functions.
 *
 * @example
 * await using taskPool = TaskPool.options({ mode: "thread", maxWorkers: 4 }).init();
 */
export const TaskPool: {
  /**
   * Checks every option and starts nothing.
   *
   * @throws {TypeError} When an option is missing, unknown or of the wrong type; a `RangeError` for one out of range.
   */
  options<M extends Mode | Engine>(options?: WorkerOptions<M>): TaskPoolBuilder;
} = {
  options(options) {
    const open = new OpenPool("TaskPool.options()", "TaskPool", [SUBMIT], options);
    return { init: () => new TaskPoolMembers(open) as unknown as TaskPool };
  },
};

class TaskPoolMembers extends PoolMembersBase {
  readonly #open: OpenPool;

  constructor(open: OpenPool) {
    super(membersCore(OpenWorker, new PoolCore(OpenWorker, open.options, [])));
    this.#open = open;
  }

  submit(run: unknown, ...values: readonly unknown[]): Future<unknown> {
    const name = this.#nameOf(aFunction("The function of submit()", run));
    return this[CORE].pool.call(0, [name, ...values]);
  }

  map(run: unknown, items: unknown, options?: MapOptions): AsyncGenerator<unknown, void, undefined> {
    const { pool } = this[CORE];
    const mapped = aFunction("The function of map()", run);
    this.#nameOf(mapped);
    return mapOver(
      "TaskPool.map()",
      pool,
      (item) => pool.call(0, [this.#nameOf(mapped), item]),
      items,
      options,
    );
  }

  /** In start-up code of a host no call is made, so that nobody has to look for the function. */
  #nameOf(run: AnyFunction): unknown {
    return realm().isLoading() ? undefined : this.#open.nameOf(run);
  }
}
