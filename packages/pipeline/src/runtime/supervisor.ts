import { aFunction, checkRecord, milliseconds, within } from "concurry/internal";
import type { EndReason } from "../options/stage-options.ts";
import type { DoneFacts } from "../workers/stage-worker.ts";

/** What a {@link Supervisor} looks after. */
export interface SupervisedWorker {
  /** Brings it up, the first time and after each exit; a promise where that takes time. */
  start(): Promise<void> | void;
  /** Takes it down. Called once, and only if `start` was; it may still be starting. */
  stop(facts: DoneFacts): Promise<void> | void;
  /** Ends at once what `stop` did not end in time. */
  kill?(): Promise<void> | void;
  /** Takes who is to be told when it has ended other than by `stop`, and why. */
  onExit?(listener: (reason: unknown) => void): void;
}

/** Options of a {@link Supervisor}. */
export interface SupervisorOptions {
  /** Told what a worker threw while it was started, started again or stopped, and the worker's place among the others. */
  readonly onError: (error: unknown, worker: number) => void;
  /** Told when a worker has ended other than by `stop`. It is started again then, unless it was to stop. */
  readonly onExit?: (reason: unknown, worker: number) => void;
  /** Milliseconds that `stop` may take before what is left is killed. 0 to 2^31 − 1. Default: as long as it takes. */
  readonly stopMs?: number;
}

/**
 * Starts workers together, starts again the one that ends by itself, and stops each exactly once, however their work ends.
 *
 * A run has one for its stages, a stage in threads or processes one for its workers.
 *
 * @example
 * const listener = {
 *   start: () => void server.listen(8080),
 *   stop: () => void server.close(),
 * };
 * await using supervisor = new Supervisor([listener], { onError: console.error });
 * await supervisor.start();
 */
export class Supervisor implements AsyncDisposable {
  readonly #workers: readonly SupervisedWorker[];
  readonly #options: SupervisorOptions;
  #isStarted = false;
  #stopping: Promise<void> | undefined;

  /** @throws {TypeError} For an unknown option or one of the wrong type; a `RangeError` for one out of range. */
  constructor(workers: readonly SupervisedWorker[], options: SupervisorOptions) {
    checkRecord("Supervisor", "option", options, {
      onError: unchecked,
      onExit: (value) => aFunction("onExit", value),
      stopMs: (value) => milliseconds("stopMs", value, 0),
    });
    aFunction("onError", options.onError);
    this.#workers = workers;
    this.#options = options;
  }

  /** Starts all workers at once; a promise, where that takes time, that resolves when each is up or has failed. */
  start(): Promise<void> | void {
    if (this.#isStarted || this.#stopping !== undefined) return undefined;
    this.#isStarted = true;
    const starts = this.#workers.map((worker, place) => {
      worker.onExit?.((reason) => this.#exited(worker, place, reason));
      return this.#start(worker, place);
    });
    const slow = starts.filter((start) => start !== undefined);
    return slow.length === 0 ? undefined : Promise.all(slow).then(() => undefined);
  }

  /** Stops all workers at once, each the first time only. Resolves when all have ended; never rejects. */
  stop(reason: EndReason = "break"): Promise<void> {
    this.#stopping ??= this.#stopAll(reason);
    return this.#stopping;
  }

  /** The same as `stop()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stopAll(reason: EndReason): Promise<void> {
    if (!this.#isStarted) return;
    let activeWorkers = this.#workers.length;
    const stops = this.#workers.map((worker, place) => {
      activeWorkers--;
      const facts: DoneFacts = { reason, activeWorkers, done: activeWorkers === 0 };
      return this.#guarded(place, () => worker.stop(facts));
    });
    const slow = stops.filter((stop) => stop !== undefined);
    const { stopMs } = this.#options;
    if (slow.length === 0) return;
    const all = Promise.all(slow);
    if (stopMs === undefined) await all;
    else if (!(await within(stopMs, all)))
      await Promise.all(this.#workers.map((worker, place) => this.#guarded(place, () => worker.kill?.())));
  }

  #exited(worker: SupervisedWorker, place: number, reason: unknown): void {
    this.#options.onExit?.(reason, place);
    if (this.#stopping === undefined) void this.#start(worker, place);
  }

  #start(worker: SupervisedWorker, place: number): Promise<void> | undefined {
    return this.#guarded(place, () => worker.start());
  }

  #guarded(place: number, action: () => Promise<void> | void): Promise<void> | undefined {
    const tell = (error: unknown): void => this.#options.onError(error, place);
    try {
      return action()?.then(undefined, tell);
    } catch (error) {
      tell(error);
      return undefined;
    }
  }
}

/** It is looked at by itself: it can't be left out. */
function unchecked(): void {}
