import { type Pool, TimeoutError, WorkerStartError } from "concurry";
import { spareStuckWorkers, terminate, tickNow } from "concurry/internal";
import { kindOf } from "../functions/function-reference.ts";
import { modeName } from "../options/mode-name.ts";
import type { EndReason } from "../options/stage-options.ts";
import type { PoolMaker, StagePool } from "../workers/stage-pool.ts";
import type { StageWorker } from "../workers/stage-worker.ts";
import { inStage, thrownAtStart, tooLong } from "./name-failure.ts";
import { PoolWorker } from "./pool-worker.ts";
import type { Caller, CallFailure, Slot } from "./slot.ts";
import type { StageRun } from "./stage-run.ts";
import { Supervisor } from "./supervisor.ts";
import { type LostWorker, WorkerWatch } from "./worker-watch.ts";

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
  /** Of the workers of a pool that is the stage's own. */
  #supervisor: Supervisor | undefined;
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
    // Not asked for first: who has just called `start()` may listen before it is told.
    plane.events.emit("stageStart", { stage: name });
    const { pool, isOwn } = stage;
    if (pool === undefined) return;
    const tell = isOwn ? this.#supervise(pool, stage.hasHooks) : (lost: LostWorker) => this.#tellLost(lost);
    this.#watch = new WorkerWatch(this.#run, { pool, isOwn }, tell);
    await this.#supervisor?.start();
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
    const thrown = error instanceof WorkerStartError && this.#hasDied() ? thrownAtStart(error) : error;
    return { error: inStage(this.#run, slot.index, thrown, this.#stage?.method ?? ""), isTimeout: false };
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
    const pool = this.#ownPool();
    if (pool !== undefined) await terminate(pool);
  }

  facts(): ReturnType<Caller["facts"]> {
    const { totalWorkers = 0, workers = [] } = this.#stage?.stats() ?? {};
    return { totalWorkers, workers };
  }

  /** Makes the supervisor of the pool's workers; who has lost one is to be told so. */
  #supervise(pool: Pool<StageWorker>, hasHooks: boolean): (lost: LostWorker) => void {
    const { name, plane } = this.#run;
    const workers = pool.workers.map((_, index) => new PoolWorker(this.#run, pool, index, hasHooks));
    this.#supervisor = new Supervisor(workers, {
      onError: (error, worker) => plane.raise(error, { stage: name, worker }),
      onExit: (lost) => this.#tellLost(lost as LostWorker),
    });
    return (lost) => workers[lost.index]?.hasEnded(lost);
  }

  /** The pool, if this stage has started it. */
  #ownPool(): Pool<StageWorker> | undefined {
    return this.#stage?.isOwn ? this.#stage.pool : undefined;
  }

  /** Whether a worker of its own is not started again: calls fail for it then. */
  #hasDied(): boolean {
    return this.#stage?.isOwn === true && this.facts().workers.some(({ state }) => state === "dead");
  }

  #tellLost({ index, id, reason }: LostWorker): void {
    const { options, plane, name: stage } = this.#run;
    options.onLost?.({ index, id, mode: this.mode }, reason);
    if (plane.events.has("workerLost"))
      plane.events.emit("workerLost", { stage, workerIndex: index, reason });
  }

  /** Whether the pool says that a call took too long; the function may have thrown such an error, too. */
  #isPassed({ startedAt }: Slot, error: unknown): boolean {
    const { timeoutMs } = this.#run.options;
    if (!this.keepsTime || timeoutMs === undefined || !(error instanceof TimeoutError)) return false;
    return error.timeoutMs === timeoutMs && tickNow() - startedAt >= timeoutMs;
  }

  async #close(reason: EndReason): Promise<void> {
    const { name, plane } = this.#run;
    if (this.#stage === undefined) return;
    const pool = this.#ownPool();
    // At a stop it is `stopMs` that ends them.
    if (pool !== undefined && reason !== "end") spareStuckWorkers(pool);
    await this.#supervisor?.stop(reason);
    await pool?.stop();
    this.#watch?.end();
    if (plane.events.has("stageEnd")) plane.events.emit("stageEnd", { stage: name, reason });
  }
}

/** The mode of the stage, or that of the pool which it shares. */
function modeOf({ f, options: { mode, hasMode, pool } }: StageRun): string {
  const shared = pool ?? (hasMode || kindOf(f) !== "task" ? undefined : f);
  if (shared !== undefined) return (shared as Pick<Pool, "getPoolStats">).getPoolStats().mode;
  return modeName(mode);
}

/** What the pool knows of a call: a future, or the stream of a generator. */
function callOf({ promise, iterator }: Slot): Partial<PoolCall> | undefined {
  return (promise ?? iterator) as Partial<PoolCall> | undefined;
}
