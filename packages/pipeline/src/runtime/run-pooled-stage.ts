import type { Pool, WorkerStats } from "concurry";
import { modeName } from "../options/mode-name.ts";
import type { EndReason } from "../options/stage-options.ts";
import type { PoolMaker, StagePool } from "../workers/stage-pool.ts";
import type { StageWorker } from "../workers/stage-worker.ts";
import { PoolWorker } from "./pool-worker.ts";
import type { Caller, Slot } from "./slot.ts";
import type { StageRun } from "./stage-run.ts";
import { Supervisor } from "./supervisor.ts";

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
  #stage: StagePool | undefined;
  #supervisor: Supervisor | undefined;
  #closing: Promise<void> | undefined;

  constructor(run: StageRun, make: PoolMaker) {
    const { mode } = run.options;
    this.#run = run;
    this.#make = make;
    this.mode = modeName(mode);
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
    if (stage.pool === undefined || !stage.isOwn) return;
    this.#supervisor = this.#supervise(stage.pool, stage.hasHooks);
    await this.#supervisor.start();
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

  #supervise(pool: Pool<StageWorker>, hasHooks: boolean): Supervisor {
    const { name, plane, options, counters } = this.#run;
    const workers = pool.workers.map((worker) => new PoolWorker(this.#run, worker, hasHooks));
    pool.on("workerRestart", ({ workerIndex }) => {
      counters.restarts++;
      if (plane.events.has("workerRestart")) plane.events.emit("workerRestart", { stage: name, workerIndex });
    });
    pool.on("workerReady", ({ workerIndex, workerId }) => workers[workerIndex]?.isUp(workerId));
    pool.on("workerExit", (exit) => workers[exit.workerIndex]?.hasEnded(exit));
    return new Supervisor(workers, {
      onError: (error, worker) => plane.raise(error, { stage: name, worker }),
      onExit: (reason, index) => {
        options.onLost?.({ index, id: workers[index]?.id ?? "", mode: this.mode }, reason);
        if (plane.events.has("workerLost"))
          plane.events.emit("workerLost", { stage: name, workerIndex: index, reason });
      },
    });
  }

  async #close(reason: EndReason): Promise<void> {
    const stage = this.#stage;
    const { name, plane } = this.#run;
    if (stage === undefined) return;
    await this.#supervisor?.stop(reason);
    if (stage.isOwn) await stage.pool?.stop();
    if (plane.events.has("stageEnd")) plane.events.emit("stageEnd", { stage: name, reason });
  }
}
