import type { Future } from "../future/future.ts";
import type { WorkerStats } from "../pool/pool-stats.ts";
import { LONGEST_MS } from "../util/check.ts";
import { type Deferred, deferred } from "../util/deferred.ts";
import { ResourceWorker, type WorkerResourceOptions } from "./resource-worker.ts";

/**
 * One worker with a function of yours, in a process unless told otherwise. Data is sent to it; it applies the function.
 *
 * It has one life: it is started once, and is not started again when it ends or dies. As for a `TaskPool` the function
 * is one that its module exports, or a task; in `sync` and `async` mode any.
 *
 * @example
 * export const shout = (text: string) => text.toUpperCase();
 *
 * await using resource = new WorkerResource(shout).start();
 * console.log(await resource.execute("hello")); // HELLO
 */
export class WorkerResource<Data = unknown, Result = unknown> {
  readonly #worker: ResourceWorker;
  /** What was sent and not received yet. */
  readonly #sent: Future<unknown>[] = [];
  /** Those who wait for data that is still to be sent. */
  readonly #waiting: Deferred<Future<unknown>>[] = [];

  /**
   * @param userFunction Gets the data. May be set or changed by {@link updateUserFunction}.
   * @param options As for pools, where they have a meaning for one worker with one life. Mode `"process"` by default.
   * @throws {TypeError} For no function, an unknown option or one of the wrong type; a `RangeError` for one out of range.
   * @throws {WorkerNotFoundError} When it is certain that no worker could find the function.
   */
  constructor(userFunction?: (data: Data) => Result, options: WorkerResourceOptions = {}) {
    this.#worker = new ResourceWorker("WorkerResource", userFunction, options as Record<string, unknown>);
  }

  /**
   * Starts the worker. Data may be sent at once.
   *
   * @throws {WorkerResourceError} `WORKER_ALIVE` when it was started before, `WORKER_DEAD` when it has ended.
   */
  start(): this {
    this.#worker.start(() => this.#rejectWaiting());
    return this;
  }

  /** True from `start()` until the worker is ended, or dies. */
  isAlive(): boolean {
    return this.#worker.isAlive;
  }

  /** Id of its process; undefined while there is none, and in other modes. */
  get pid(): number | undefined {
    return this.#worker.pid;
  }

  /**
   * Sets the function for the data that is sent from now on.
   *
   * @param fixedArguments Given to the function behind the data, each time; sent to the worker once.
   * @returns Settles when the worker has it. May be left alone: what is wrong with it the next data tells as well.
   * @throws {WorkerResourceError} `WORKER_DEAD` when the worker was ended.
   * @throws {WorkerNotFoundError} When it is certain that no worker could find the function.
   * @throws {SerializationError} When the fixed arguments can't be copied to a worker.
   */
  updateUserFunction<Fixed extends readonly unknown[]>(
    userFunction: (data: Data, ...fixedArguments: Fixed) => Result,
    ...fixedArguments: Fixed
  ): Promise<void> {
    const set = this.#worker.update(userFunction, fixedArguments);
    return handled(set === undefined ? Promise.resolve() : this.#resultOf(set).then(() => {}));
  }

  /**
   * Sends data and waits for what the function makes of it. What it throws is thrown here; the worker lives on.
   *
   * @throws {WorkerResourceError} `WORKER_DEAD` without a worker, `NO_USER_FUNCTION` without a function.
   * @throws {WorkerCrashedError} When the worker dies of it.
   */
  async execute(data: Data): Promise<Awaited<Result>> {
    return (await this.#resultOf(this.#worker.execute(data))) as Awaited<Result>;
  }

  /**
   * Sends data and doesn't wait; `recvData()` gives what the function makes of it.
   *
   * @throws {WorkerResourceError} `WORKER_DEAD` without a worker, `NO_USER_FUNCTION` without a function.
   */
  sendData(data: Data): void {
    const future = this.#worker.execute(data);
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#sent.push(future);
    else waiting.resolve(this.#resultOf(future) as Future<unknown>);
  }

  /** True when `recvData()` would have something at once. */
  poll(): boolean {
    const status = this.#sent[0]?.status;
    return status !== undefined && status !== "queued" && status !== "running";
  }

  /**
   * The result for the data that was sent first of those not received yet; waits for it, also when that is still to be
   * sent. What the function threw for it is thrown here.
   *
   * @throws {WorkerResourceError} `WORKER_DEAD` when there is nothing to come any more.
   * @throws {WorkerCrashedError} When the worker died of it.
   */
  async recvData(): Promise<Awaited<Result>> {
    const future = this.#sent.shift();
    if (future !== undefined) return (await this.#resultOf(future)) as Awaited<Result>;
    if (!this.isAlive()) throw this.#worker.dead();
    const waiting = deferred<Future<unknown>>();
    this.#waiting.push(waiting);
    return (await waiting.promise) as Awaited<Result>;
  }

  /**
   * Counts and times of the worker: how long it worked, and waited for data.
   *
   * @throws {WorkerResourceError} `WORKER_DEAD` when it was never started.
   */
  getStatus(): WorkerStats {
    return this.#worker.status();
  }

  /** Ends the worker when it is done with what it was sent; that can be received afterwards. */
  join(): Promise<void> {
    return this.#end({ mode: "drain", timeoutMs: LONGEST_MS });
  }

  /** Ends the worker, whatever it does. */
  terminate(): Promise<void> {
    return this.#end({ mode: "cancel" });
  }

  /** The same as `join()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.join();
  }

  #end(options: { readonly mode: "drain" | "cancel"; readonly timeoutMs?: number }): Promise<void> {
    const ended = this.#worker.stop(options);
    this.#rejectWaiting();
    return ended;
  }

  async #resultOf(future: Future<unknown>): Promise<unknown> {
    try {
      return await future;
    } catch (error) {
      throw this.#worker.explain(error);
    }
  }

  #rejectWaiting(): void {
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#worker.dead());
  }
}

/** What nobody looks at ends no program. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
