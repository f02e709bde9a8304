import {
  CancelledError,
  type Pool,
  StoppedError,
  TimeoutError,
  WorkerCrashedError,
  WorkerNotFoundError,
  WorkerStartError,
} from "concurry";
import { tickNow } from "concurry/internal";
import { kindOf } from "../functions/function-reference.ts";
import { refusal } from "../functions/refuse-closure.ts";
import type { EndReason } from "../options/stage-options.ts";
import type { PoolMaker, StagePool } from "../workers/stage-pool.ts";
import type { StageWorker } from "../workers/stage-worker.ts";
import { inStage, tooLong } from "./name-failure.ts";
import type { Caller, CallFailure, Slot } from "./slot.ts";
import type { StageRun } from "./stage-run.ts";
import { WorkerWatch } from "./worker-watch.ts";

/** What the call of a pool can be asked. */
interface PoolCall {
  readonly workerIndex: number | undefined;
  readonly status: string;
  cancel(reason: unknown): unknown;
}

/** Calls a function in the workers of a pool. */
export class PooledCaller implements Caller {
  readonly mode: string;
  readonly timedShare: number = 1;
  readonly keepsTime: boolean;
  readonly #run: StageRun;
  readonly #make: PoolMaker;
  #stage: StagePool | undefined;
  #watch: WorkerWatch | undefined;
  /** Workers that did not come up. */
  readonly #absent = new Set<number>();
  #closing: Promise<void> | undefined;

  constructor(run: StageRun, make: PoolMaker) {
    this.#run = run;
    this.#make = make;
    this.mode = modeOf(run);
    // The limit of a stream is that of the whole; here it is that of each item. Functions take no options for a call.
    const isSubmitted = run.options.pool !== undefined && kindOf(run.f) !== "method";
    this.keepsTime = run.operation !== "flatMap" && !isSubmitted;
  }

  async start(room: number): Promise<void> {
    const { name, plane } = this.#run;
    let stage: StagePool;
    try {
      stage = this.#make({ room });
    } catch (error) {
      plane.raise(error, { stage: name });
      throw error;
    }
    this.#stage = stage;
    if (plane.events.has("stageStart")) plane.events.emit("stageStart", { stage: name });
    const { pool, isOwn } = stage;
    if (pool !== undefined) this.#watch = new WorkerWatch(this.#run, { pool, mode: this.mode, isOwn });
    if (pool === undefined || !stage.hasHooks) return;
    await Promise.all(pool.workers.map((worker, index) => this.#begin(worker, index)));
  }

  call({ item }: Slot): unknown {
    const { transfer } = this.#run.options;
    return this.#stage?.call(item.value, item.index, transfer?.(item.value));
  }

  abort({ promise, iterator }: Slot, reason: unknown): void {
    for (const call of [promise, iterator] as readonly (Partial<PoolCall> | undefined)[])
      call?.cancel?.(reason);
  }

  hasBegun(slot: Slot): boolean {
    return callOf(slot)?.status !== "queued";
  }

  workerOf(slot: Slot): number | undefined {
    return callOf(slot)?.workerIndex;
  }

  failureOf(slot: Slot, error: unknown): CallFailure {
    if (this.#isPassed(slot, error)) return { error: this.timeLimitOf(slot), isTimeout: true };
    return { error: inStage(this.#run, slot.index, error, this.#stage?.method ?? ""), isTimeout: false };
  }

  timeLimitOf(slot: Slot): TimeoutError {
    const error = tooLong(this.#run, slot.index);
    this.#watch?.notePassed(this.workerOf(slot), error);
    return error;
  }

  close(reason: EndReason): Promise<void> {
    this.#closing ??= this.#close(reason);
    return this.#closing;
  }

  async kill(): Promise<void> {
    if (this.#stage?.isOwn) await this.#stage.pool?.stop({ mode: "cancel", timeoutMs: 0 });
  }

  facts(): ReturnType<Caller["facts"]> {
    const { totalWorkers = 0, workers = [] } = this.#stage?.stats() ?? {};
    return { totalWorkers, workers };
  }

  async #begin(worker: Pool<StageWorker>["workers"][number], index: number): Promise<void> {
    try {
      await worker.begin();
    } catch (error) {
      this.#absent.add(index);
      const { plane, name, operation } = this.#run;
      // What `onStart` threw, and not that it did.
      const hasThrown = error instanceof WorkerStartError && error.cause !== undefined && !isDead(error);
      const thrown = hasThrown ? error.cause : error;
      const isClosure = thrown instanceof WorkerNotFoundError && thrown.reason === "task";
      const shown = isClosure ? refusal(`${operation}()`, this.mode, thrown) : thrown;
      // Stopped while it started: that says nothing of the worker.
      if (!plane.isStopped) plane.raise(shown, { stage: name, worker: index });
      throw shown;
    }
  }

  /** Whether the pool says that a call took too long; the function may have thrown such an error, too. */
  #isPassed({ startedAt }: Slot, error: unknown): boolean {
    const { timeoutMs } = this.#run.options;
    if (!this.keepsTime || timeoutMs === undefined || !(error instanceof TimeoutError)) return false;
    return error.timeoutMs === timeoutMs && tickNow() - startedAt >= timeoutMs;
  }

  async #close(reason: EndReason): Promise<void> {
    const stage = this.#stage;
    const { name, plane } = this.#run;
    if (stage?.isOwn && stage.pool !== undefined) {
      if (stage.hasHooks) await this.#finishAll(stage.pool, reason);
      await stage.pool.stop();
    }
    this.#watch?.end();
    if (plane.events.has("stageEnd")) plane.events.emit("stageEnd", { stage: name, reason });
  }

  async #finishAll(pool: Pool<StageWorker>, reason: EndReason): Promise<void> {
    const { workers } = pool;
    let active = workers.length;
    const finishing = workers.map(async (worker, index) => {
      active--;
      try {
        await worker.finish({ activeWorkers: active, done: active === 0, reason });
        this.#watch?.finished.add(index);
      } catch (error) {
        // Of a worker that is gone `onLost` has told; of one that was never there its start.
        if (isOfPool(error) || this.#absent.has(index)) return;
        this.#run.plane.raise(error, { stage: this.#run.name, worker: index });
      }
    });
    await Promise.all(finishing);
  }
}

/** The mode of the stage, or that of the pool which it shares. */
function modeOf({ f, options: { mode, hasMode, pool } }: StageRun): string {
  const shared = pool ?? (hasMode || kindOf(f) !== "task" ? undefined : f);
  if (shared !== undefined) return (shared as Pick<Pool, "getPoolStats">).getPoolStats().mode;
  return typeof mode === "string" ? mode : mode.name;
}

/** What the pool knows of a call: a future, or the stream of a generator. */
function callOf({ promise, iterator }: Slot): Partial<PoolCall> | undefined {
  return (promise ?? iterator) as Partial<PoolCall> | undefined;
}

/** Whether an error tells that a worker is not started again, having died too often. */
function isDead(error: unknown): boolean {
  return error instanceof WorkerStartError && error.cause instanceof WorkerCrashedError;
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
