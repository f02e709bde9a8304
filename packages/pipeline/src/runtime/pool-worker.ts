import {
  CancelledError,
  type Pool,
  StoppedError,
  WorkerCrashedError,
  WorkerNotFoundError,
  WorkerStartError,
} from "concurry";
import { lastCall } from "concurry/internal";
import { refusal } from "../functions/remote-function.ts";
import { modeName } from "../options/mode-name.ts";
import type { DoneFacts, StageWorker } from "../workers/stage-worker.ts";
import { thrownAtStart } from "./name-failure.ts";
import type { StageRun } from "./stage-run.ts";
import type { SupervisedWorker } from "./supervisor.ts";
import type { LostWorker } from "./worker-watch.ts";

/** One worker of a stage's own pool, as the stage's supervisor takes it. The pool itself replaces it until it is stopped. */
export class PoolWorker implements SupervisedWorker {
  readonly #run: StageRun;
  readonly #pool: Pool<StageWorker>;
  readonly #index: number;
  readonly #hasHooks: boolean;
  #hasBegun = false;
  #isAbsent = false;
  #hasFinished = false;
  #tell: (reason: unknown) => void = () => {};

  /** @param hasHooks Whether it knows `begin` and `finish`. */
  constructor(run: StageRun, pool: Pool<StageWorker>, index: number, hasHooks: boolean) {
    this.#run = run;
    this.#pool = pool;
    this.#index = index;
    this.#hasHooks = hasHooks;
  }

  async start(): Promise<void> {
    if (!this.#hasHooks || this.#hasBegun) return;
    this.#hasBegun = true;
    try {
      await this.#pool.workers[this.#index]?.begin();
    } catch (error) {
      this.#isAbsent = true;
      // Stopped while it started: that says nothing of the worker.
      if (!this.#run.plane.isStopped) throw this.#shown(error);
    }
  }

  async stop(facts: DoneFacts): Promise<void> {
    if (!this.#hasHooks) return;
    try {
      // Past what runs there: that need not heed its signal.
      await lastCall(this.#pool, this.#index, "finish", facts);
      this.#hasFinished = true;
    } catch (error) {
      // That a worker is gone its exit has told; that it was never there, its start.
      if (!isOfPool(error) && !this.#isAbsent) throw error;
    }
  }

  onExit(listener: (reason: unknown) => void): void {
    this.#tell = listener;
  }

  /** It has ended, or one that was in its place. */
  hasEnded(lost: LostWorker): void {
    if (!this.#hasFinished) this.#tell(lost);
  }

  /** What `onStart` threw, and not that it did. */
  #shown(error: unknown): unknown {
    const thrown = thrownAtStart(error);
    const isClosure = thrown instanceof WorkerNotFoundError && thrown.reason === "task";
    if (!isClosure) return thrown;
    const { operation, options } = this.#run;
    return refusal(`${operation}()`, modeName(options.mode), thrown);
  }
}

/** Whether an error tells that a worker is not started again, having died too often. */
function isDead(error: unknown): boolean {
  if (!(error instanceof WorkerStartError)) return false;
  const { cause } = error;
  return cause instanceof WorkerCrashedError || cause instanceof WorkerStartError;
}

/** Whether an error tells of the worker, and not of what it ran. */
function isOfPool(error: unknown): boolean {
  return (
    error instanceof StoppedError ||
    error instanceof CancelledError ||
    error instanceof WorkerCrashedError ||
    isDead(error)
  );
}
