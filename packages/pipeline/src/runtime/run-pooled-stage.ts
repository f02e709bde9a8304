import {
  CancelledError,
  type Pool,
  StoppedError,
  WorkerCrashedError,
  WorkerNotFoundError,
  WorkerStartError,
  type WorkerStats,
} from "concurry";
import { refusal } from "../functions/refuse-closure.ts";
import type { EndReason } from "../options/stage-options.ts";
import type { PoolMaker, StagePool } from "../workers/stage-pool.ts";
import type { StageWorker } from "../workers/stage-worker.ts";
import type { Caller, Slot } from "./slot.ts";
import type { StageRun } from "./stage-run.ts";

/** What the call of a pool can be asked. */
interface PoolCall {
  readonly workerIndex: number | undefined;
  cancel(reason: unknown): unknown;
}

/** Calls a function in the workers of a pool. */
export class PooledCaller implements Caller {
  readonly mode: string;
  readonly timedShare: number = 1;
  readonly keepsTime: boolean;
  readonly #run: StageRun;
  readonly #make: PoolMaker;
  /** Workers whose `onDone` has run. */
  readonly #finished = new Set<number>();
  #stage: StagePool | undefined;
  #closing: Promise<void> | undefined;

  constructor(run: StageRun, make: PoolMaker) {
    const { mode } = run.options;
    this.#run = run;
    this.#make = make;
    this.mode = typeof mode === "string" ? mode : mode.name;
    // The limit of a stream is that of the whole; here it is that of each item.
    this.keepsTime = run.operation !== "flatMap";
  }

  async start(): Promise<void> {
    const { name, plane } = this.#run;
    let stage: StagePool;
    try {
      stage = this.#make();
    } catch (error) {
      plane.raise(error, { stage: name });
      throw error;
    }
    this.#stage = stage;
    if (plane.events.has("stageStart")) plane.events.emit("stageStart", { stage: name });
    const { pool } = stage;
    if (pool === undefined || !stage.isOwn) return;
    this.#listen(pool);
    if (!stage.hasHooks) return;
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

  workerOf({ promise, iterator }: Slot): number | undefined {
    const call = (iterator ?? promise) as Partial<PoolCall> | undefined;
    return call?.workerIndex;
  }

  close(reason: EndReason): Promise<void> {
    this.#closing ??= this.#close(reason);
    return this.#closing;
  }

  async kill(): Promise<void> {
    if (this.#stage?.isOwn) await this.#stage.pool?.stop({ mode: "cancel", timeoutMs: 0 });
  }

  facts(): ReturnType<Caller["facts"]> {
    const stats = this.#stage?.isOwn ? this.#stage.pool?.getPoolStats() : undefined;
    const workers: readonly WorkerStats[] = stats?.workers ?? [];
    return { totalWorkers: stats?.totalWorkers ?? 0, workers };
  }

  async #begin(worker: Pool<StageWorker>["workers"][number], index: number): Promise<void> {
    try {
      await worker.begin();
    } catch (error) {
      const { plane, name, operation } = this.#run;
      // What `onStart` threw, and not that it did.
      const thrown = error instanceof WorkerStartError && error.cause !== undefined ? error.cause : error;
      const isClosure = thrown instanceof WorkerNotFoundError && thrown.reason === "task";
      const shown = isClosure ? refusal(`${operation}()`, this.mode, thrown) : thrown;
      // Stopped while it started: that says nothing of the worker.
      if (!plane.isStopped) plane.raise(shown, { stage: name, worker: index });
      throw shown;
    }
  }

  #listen(pool: Pool<StageWorker>): void {
    const { name, plane, options, counters } = this.#run;
    pool.on("workerRestart", ({ workerIndex }) => {
      counters.restarts++;
      if (plane.events.has("workerRestart")) plane.events.emit("workerRestart", { stage: name, workerIndex });
    });
    const up = new Set<number>();
    pool.on("workerReady", ({ workerId }) => up.add(workerId));
    pool.on("workerExit", ({ workerIndex, workerId, exitCode, signal, error }) => {
      // One that was let end has run `onStop`, and so `onDone`; one that was not up has no resources.
      if (!up.delete(workerId) || exitCode === 0 || this.#finished.has(workerIndex)) return;
      const end = signal ?? `exit code ${exitCode}`;
      const reason = error ?? new StoppedError(`Worker ${workerIndex} of stage "${name}" was ended: ${end}.`);
      options.onLost?.({ index: workerIndex, id: String(workerId), mode: this.mode }, reason);
      if (plane.events.has("workerLost"))
        plane.events.emit("workerLost", { stage: name, workerIndex, reason });
    });
  }

  async #close(reason: EndReason): Promise<void> {
    const stage = this.#stage;
    const { name, plane } = this.#run;
    if (stage?.isOwn && stage.pool !== undefined) {
      if (stage.hasHooks) await this.#finishAll(stage.pool, reason);
      await stage.pool.stop();
    }
    if (plane.events.has("stageEnd")) plane.events.emit("stageEnd", { stage: name, reason });
  }

  async #finishAll(pool: Pool<StageWorker>, reason: EndReason): Promise<void> {
    const { workers } = pool;
    let active = workers.length;
    const finishing = workers.map(async (worker, index) => {
      active--;
      try {
        await worker.finish({ activeWorkers: active, done: active === 0, reason });
        this.#finished.add(index);
      } catch (error) {
        // Of a worker that is gone `onLost` has told.
        if (isOfPool(error)) return;
        this.#run.plane.raise(error, { stage: this.#run.name, worker: index });
      }
    });
    await Promise.all(finishing);
  }
}

/** Whether an error tells of the worker, and not of what it ran. */
function isOfPool(error: unknown): boolean {
  return (
    error instanceof StoppedError || error instanceof CancelledError || error instanceof WorkerCrashedError
  );
}
