import { ConcurryError } from "../errors/concurry-error.ts";
import { WorkerResourceError } from "../errors/worker-resource-error.ts";
import type { Future } from "../future/future.ts";
import { checkCloneable } from "../pool/create-pool.ts";
import { PoolCore } from "../pool/pool.ts";
import { membersCore, PoolMembersBase } from "../pool/pool-members.ts";
import type { WorkerStats } from "../pool/pool-stats.ts";
import type { StopOptions } from "../pool/pool-type.ts";
import type { AnyFunction } from "../protocol/function-mark.ts";
import { EXECUTE, UPDATE } from "../protocol/function-worker.ts";
import { aFunction } from "../util/check.ts";
import type { WorkerOptions } from "../worker/options.ts";
import { OpenPool, OpenWorker } from "./open-pool.ts";

/** Options of a worker resource: those of pools that have a meaning for one worker that has one life. */
export type WorkerResourceOptions = Omit<WorkerOptions, keyof typeof FIXED | "idleTimeoutMs" | "module">;

/** One worker, one call at a time, one life. */
const FIXED = {
  maxWorkers: 1,
  minWorkers: 1,
  concurrency: 1,
  loadBalancing: "round_robin",
  onDemand: false,
  restart: false,
  retry: { retries: 0 },
  recycle: {},
} as const;
const REFUSED = [...Object.keys(FIXED), "idleTimeoutMs", "module"];

const [EXECUTE_INDEX, UPDATE_INDEX] = [0, 1];

/** One worker that runs one function of the user's: a pool of one, whose worker isn't started again. */
export class ResourceWorker {
  readonly #owner: string;
  readonly #open: OpenPool;
  /** The function and its fixed arguments. A worker that replaces one which didn't obey starts with these, too. */
  readonly #function: unknown[] = [];
  #core: PoolCore | undefined;
  #members: PoolMembersBase | undefined;
  #isOver = false;
  /** Calls that set a function, which aren't the user's. */
  #updates = 0;
  #failedUpdates = 0;

  /** @param owner Stands in messages, as `"WorkerResource"`. */
  constructor(owner: string, run: unknown, options: Readonly<Record<string, unknown>>) {
    this.#owner = owner;
    const wrong = REFUSED.find((name) => Object.hasOwn(options, name));
    if (wrong !== undefined) throw new TypeError(`new ${owner}() has no option "${wrong}"`);
    const given = { mode: "process", ...options, ...FIXED };
    this.#open = new OpenPool(`new ${owner}()`, owner, [EXECUTE, UPDATE], given);
    if (run !== undefined) this.#setFunction(run, []);
  }

  get isAlive(): boolean {
    return !this.#isOver && this.#core !== undefined && this.#core.places.handles[0]?.state !== "dead";
  }

  get pid(): number | undefined {
    return this.#core?.places.handles[0]?.live?.identity.pid;
  }

  /** Calls that wait or run. */
  get open(): number {
    return this.#core?.ledger.counts.open ?? 0;
  }

  /** @param onEnd Told when the worker is gone for good. */
  start(onEnd: () => void): void {
    if (this.isAlive)
      throw new WorkerResourceError("WORKER_ALIVE", `This ${this.#owner} was started already.`);
    if (this.#isOver || this.#core !== undefined) throw this.dead();
    const core = new PoolCore(OpenWorker, this.#open.options, this.#function);
    this.#core = core;
    this.#members = new PoolMembersBase(membersCore(OpenWorker, core));
    // Whether another one follows is decided in the same turn.
    core.events.on("workerExit", () => queueMicrotask(() => this.isAlive || onEnd()));
  }

  /** Counts for the data that is sent from now on. */
  update(run: unknown, fixed: readonly unknown[]): Future<unknown> | undefined {
    if (this.#isOver) throw this.dead();
    this.#setFunction(run, fixed);
    if (this.#core === undefined) return undefined;
    const set = this.#core.call(UPDATE_INDEX, [...this.#function]);
    const count = (isFailure: number): void => {
      this.#updates += 1;
      this.#failedUpdates += isFailure;
    };
    set.then(
      () => count(0),
      () => count(1),
    );
    return set;
  }

  /** Runs the function. @throws {WorkerResourceError} When there is no worker, or no function. */
  execute(data: unknown): Future<unknown> {
    if (!this.isAlive || this.#core === undefined) throw this.dead();
    if (this.#function.length === 0) {
      const message = `This ${this.#owner} has no function: give it one, or call updateUserFunction().`;
      throw new WorkerResourceError("NO_USER_FUNCTION", message);
    }
    return this.#core.call(EXECUTE_INDEX, [data]);
  }

  /** What a call failed with: the error of the user's function as it is; what came of the worker's end as such. */
  explain(error: unknown): unknown {
    const isOwn = error instanceof ConcurryError;
    const isOfEnd =
      isOwn && (error.code === "STOPPED" || error.code === "CANCELLED" || error.code === "WORKER_START");
    return isOfEnd && !this.isAlive ? this.dead(error) : error;
  }

  /** @throws {WorkerResourceError} When it was never started. */
  status(): WorkerStats {
    if (this.#members === undefined) throw this.dead();
    const stats = this.#members.getWorkerStats(0);
    const callsFinished = stats.callsFinished - this.#updates;
    const callsFailed = stats.callsFailed - this.#failedUpdates;
    const msPerCall = callsFinished === 0 ? 0 : stats.timeWorkingMs / callsFinished;
    return { ...stats, callsFinished, callsFailed, msPerCall };
  }

  async stop(options: StopOptions): Promise<void> {
    this.#isOver = true;
    await this.#members?.stop(options);
  }

  /** In start-up code of a host it never settles. */
  async mayBegin(): Promise<void> {
    await this.#core?.guarded(async () => {});
  }

  dead(cause?: unknown): WorkerResourceError {
    if (this.#core === undefined && !this.#isOver)
      return new WorkerResourceError("WORKER_DEAD", `This ${this.#owner} was not started: call start().`);
    const death = cause ?? (this.#isOver ? undefined : this.#core?.deadBecause);
    const how = this.#isOver ? "was ended" : "died";
    const message = `The worker of this ${this.#owner} ${how}; make a new one.`;
    return new WorkerResourceError("WORKER_DEAD", message, death === undefined ? {} : { cause: death });
  }

  #setFunction(run: unknown, fixed: readonly unknown[]): void {
    const name = this.#open.nameOf(aFunction(`The function of ${this.#owner}`, run) as AnyFunction);
    checkCloneable(this.#open.options, UPDATE, fixed);
    this.#function.splice(0, this.#function.length, name, ...fixed);
  }
}
