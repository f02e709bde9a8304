import {
  type Pool,
  StoppedError,
  type TimeoutError,
  type WorkerExitEvent,
  type WorkerReadyEvent,
  type WorkerRestartEvent,
  type WorkerStats,
} from "concurry";
import { died } from "./name-failure.ts";
import type { StageRun } from "./stage-run.ts";

type WatchedPool = Pick<Pool, "on" | "off" | "getPoolStats">;

/** Hears of the workers of a stage's pool, as long as the stage is at work, and tells of those that are lost. */
export class WorkerWatch {
  /** Workers whose `onDone` has run. */
  readonly finished: Set<number> = new Set();
  readonly #run: StageRun;
  readonly #pool: WatchedPool;
  readonly #mode: string;
  readonly #isOwn: boolean;
  /** Those that are up: by number, as they name themselves. */
  readonly #up = new Map<number, string>();
  /** The time limit that the last call of a worker has passed. */
  readonly #passed = new Map<number, TimeoutError>();

  constructor(run: StageRun, { pool, mode, isOwn }: { pool: WatchedPool; mode: string; isOwn: boolean }) {
    this.#run = run;
    this.#pool = pool;
    this.#mode = mode;
    this.#isOwn = isOwn;
    for (const worker of pool.getPoolStats().workers)
      if (worker.state === "ready") this.#up.set(worker.id, nameOf(worker));
    pool.on("workerReady", this.#onReady);
    pool.on("workerRestart", this.#onRestart);
    pool.on("workerExit", this.#onExit);
  }

  /** A call has passed its time limit: its worker may be replaced for it. */
  notePassed(worker: number | undefined, error: TimeoutError): void {
    if (worker !== undefined) this.#passed.set(worker, error);
  }

  end(): void {
    this.#pool.off("workerReady", this.#onReady);
    this.#pool.off("workerRestart", this.#onRestart);
    this.#pool.off("workerExit", this.#onExit);
  }

  readonly #onReady = ({ workerIndex, workerId }: WorkerReadyEvent): void => {
    const worker = this.#pool.getPoolStats().workers[workerIndex];
    this.#up.set(workerId, worker?.id === workerId ? nameOf(worker) : String(workerId));
  };

  readonly #onRestart = ({ workerIndex }: WorkerRestartEvent): void => {
    const { counters, name: stage, plane } = this.#run;
    counters.restarts++;
    if (plane.events.has("workerRestart")) plane.events.emit("workerRestart", { stage, workerIndex });
  };

  readonly #onExit = (exit: WorkerExitEvent): void => {
    const { workerIndex: index, workerId } = exit;
    const id = this.#up.get(workerId);
    const passed = this.#passed.get(index);
    this.#up.delete(workerId);
    this.#passed.delete(index);
    // One that was not up has no resources; one that was let end has run `onStop`, and so `onDone`.
    const isLetEnd = exit.expected && exit.exitCode === 0;
    if (id === undefined || isLetEnd || this.finished.has(index)) return;
    const reason = this.#reasonOf(exit, passed);
    if (reason === undefined) return;
    const { options, plane, name: stage } = this.#run;
    options.onLost?.({ index, id, mode: this.#mode }, reason);
    if (plane.events.has("workerLost"))
      plane.events.emit("workerLost", { stage, workerIndex: index, reason });
  };

  /** Why a worker was lost; undefined where that has nothing to do with this stage. */
  #reasonOf(exit: WorkerExitEvent, passed: TimeoutError | undefined): Error | undefined {
    const { workerIndex, expected, exitCode, signal } = exit;
    if (!expected) return died(this.#run, workerIndex, exit);
    if (passed !== undefined || !this.#isOwn) return passed;
    const end = signal ?? `exit code ${exitCode}`;
    return new StoppedError(`Worker ${workerIndex} of stage "${this.#run.name}" was ended: ${end}.`);
  }
}

/** A worker, as its functions know it by `ctx.worker.id`. */
function nameOf({ index, pid = process.pid, threadId = 0 }: WorkerStats): string {
  return `${index}-${pid}-${threadId}`;
}
