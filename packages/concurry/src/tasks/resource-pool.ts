import type { WorkerStats } from "../pool/pool-stats.ts";
import { LONGEST_MS, positiveInteger } from "../util/check.ts";
import { checkMapOptions, type MapOptions, mapCalls } from "./map.ts";
import { ResourceWorker, type WorkerResourceOptions } from "./resource-worker.ts";
import { checkSource } from "./source.ts";

/**
 * Several workers with a function of yours, each with one life, as that of a `WorkerResource`.
 *
 * @example
 * export const shout = (text: string) => text.toUpperCase();
 *
 * await using resources = new WorkerResourcePool(2, shout).start();
 * for await (const loud of resources.map(["hello", "world"])) console.log(loud);
 */
export class WorkerResourcePool<Data = unknown, Result = unknown> {
  readonly #workers: readonly ResourceWorker[];

  /**
   * @param size How many workers. Integer, 1 or more.
   * @param userFunction Gets the data. May be set or changed by {@link updateUserFunction}.
   * @param options Of each worker, as for a `WorkerResource`.
   * @throws {TypeError} For no function, an unknown option or one of the wrong type; a `RangeError` for one out of range.
   * @throws {WorkerNotFoundError} When it is certain that no worker could find the function.
   */
  constructor(size: number, userFunction?: (data: Data) => Result, options: WorkerResourceOptions = {}) {
    const given = options as Record<string, unknown>;
    this.#workers = Array.from(
      { length: positiveInteger("size", size) },
      () => new ResourceWorker("WorkerResourcePool", userFunction, given),
    );
  }

  /**
   * Starts the workers. Data may be sent at once.
   *
   * @throws {WorkerResourceError} `WORKER_ALIVE` when it was started before, `WORKER_DEAD` when it has ended.
   */
  start(): this {
    for (const worker of this.#workers) worker.start(() => {});
    return this;
  }

  /** True while one of the workers lives. */
  anyAlive(): boolean {
    return this.#workers.some(({ isAlive }) => isAlive);
  }

  /**
   * Sets the function of all workers for the items that are taken from now on.
   *
   * @param fixedArguments Given to the function behind the data, each time; sent to each worker once.
   * @returns Settles when all workers that live have it. May be left alone: what is wrong with it the next item tells as well.
   * @throws {WorkerResourceError} `WORKER_DEAD` when the workers were ended.
   * @throws {WorkerNotFoundError} When it is certain that no worker could find the function.
   * @throws {SerializationError} When the fixed arguments can't be copied to a worker.
   */
  updateUserFunction<Fixed extends readonly unknown[]>(
    userFunction: (data: Data, ...fixedArguments: Fixed) => Result,
    ...fixedArguments: Fixed
  ): Promise<void> {
    const living = this.#workers.filter(({ isAlive }) => isAlive);
    // Those that wait for their start have it from then on; those that were ended say so.
    const workers = living.length === 0 ? this.#workers : living;
    const set = workers.map((worker) => worker.update(userFunction, fixedArguments));
    const all = this.#explained(Promise.all(set)).then(() => {});
    all.catch(() => {});
    return all;
  }

  /**
   * Applies the function to each item, over all workers that live, and yields the results in the order of the items. As
   * `map` of a task it takes items as they are needed; what the function or the source throws is thrown by the loop.
   *
   * @throws {WorkerResourceError} `WORKER_DEAD` when no worker lives, `NO_USER_FUNCTION` without a function; by the loop.
   */
  map(
    items: Iterable<Data> | AsyncIterable<Data>,
    options?: Pick<MapOptions, "signal">,
  ): AsyncIterableIterator<Awaited<Result>> {
    const { signal } = checkMapOptions("WorkerResourcePool.map()", options);
    checkSource("WorkerResourcePool.map()", items);
    const results = mapCalls({
      items,
      ordered: true,
      // Never more than there are workers: each item goes to one that is idle.
      concurrency: this.#workers.length,
      signal,
      call: (item) => this.#idlest().execute(item),
      mayBegin: () => this.#idlest().mayBegin(),
    });
    return this.#explainedItems(results as AsyncIterableIterator<Awaited<Result>>);
  }

  /**
   * Counts and times of each worker.
   *
   * @throws {WorkerResourceError} `WORKER_DEAD` when they were never started.
   */
  getStatuses(): readonly WorkerStats[] {
    return this.#workers.map((worker) => worker.status());
  }

  /** Mean of the workers' `efficiency`, from 0 to 1: that of the time since they are ready. */
  meanEfficiency(): number {
    return this.#mean(({ efficiency }) => efficiency);
  }

  /** Mean of the workers' `totalEfficiency`, from 0 to 1: that of the time since they were started. */
  meanTotalEfficiency(): number {
    return this.#mean(({ totalEfficiency }) => totalEfficiency);
  }

  /** Mean of the workers' `msPerCall`, of those that have finished one. */
  meanMsPerCall(): number {
    return this.#mean(
      ({ msPerCall }) => msPerCall,
      ({ callsFinished }) => callsFinished > 0,
    );
  }

  /** Ends the workers when they are done with what they were sent. */
  async join(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop({ mode: "drain", timeoutMs: LONGEST_MS })));
  }

  /** Ends the workers, whatever they do. */
  async terminate(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop({ mode: "cancel" })));
  }

  /** The same as `join()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.join();
  }

  async *#explainedItems<T>(items: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
    try {
      yield* items;
    } catch (error) {
      throw this.#idlest().explain(error);
    }
  }

  async #explained<T>(promise: Promise<T>): Promise<T> {
    try {
      return await promise;
    } catch (error) {
      throw this.#idlest().explain(error);
    }
  }

  /** Of the workers that live the one with the least to do. */
  #idlest(): ResourceWorker {
    const living = this.#workers.filter(({ isAlive }) => isAlive);
    return living.reduce(
      (best, one) => (one.open < best.open ? one : best),
      living[0] ?? (this.#workers[0] as ResourceWorker),
    );
  }

  #mean(
    figure: (stats: WorkerStats) => number,
    counts: (stats: WorkerStats) => boolean = () => true,
  ): number {
    const statuses = this.getStatuses().filter(counts);
    return statuses.length === 0
      ? 0
      : statuses.reduce((sum, stats) => sum + figure(stats), 0) / statuses.length;
  }
}
