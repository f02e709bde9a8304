import { CancelledError, StoppedError } from "../errors/call-errors.ts";
import { isHome } from "../limits/limits-home.ts";
import { type Deferred, deferred } from "../util/deferred.ts";
import { within } from "../util/within.ts";
import { endWithWorker } from "./nested.ts";
import type { PoolCore } from "./pool.ts";
import type { StopOptions } from "./pool-type.ts";
import { LAST_OUTPUT_MS } from "./supervisor.ts";
import type { WorkerHandle } from "./worker-handle.ts";

// Whatever the hurry: this long a worker has for what still runs and for its `onStop`.
const ON_STOP_MS = 1000;
// In this time a worker answers that has nothing to do.
const ANSWER_MS = 50;
const DEFAULT_TIMEOUT_MS = 30_000;

/** Ends a pool: drains or cancels its calls, runs `onStop` in all workers at once, and sees all of them gone. */
export class Shutdown {
  readonly #pool: PoolCore;
  /** Resolves when somebody wants the pool gone soon. */
  readonly #hurry: Deferred = deferred();
  readonly #leaveWorker: () => void;
  #isHurried = false;
  /** How long `onStop` may take at least. */
  #graceMs = ON_STOP_MS;
  #stopped: Promise<void> | undefined;

  constructor(pool: PoolCore) {
    this.#pool = pool;
    this.#leaveWorker = endWithWorker((limitMs) => this.#stopWithin(limitMs));
  }

  /** A second call waits for the same end; in cancel mode it hurries it. */
  stop({ mode = "drain", timeoutMs = DEFAULT_TIMEOUT_MS }: StopOptions = {}): Promise<void> {
    if (mode === "cancel") this.#hurryUp();
    return this.#stopped ?? this.#begin(mode, timeoutMs);
  }

  /** Ends all workers now. One with nothing to do still ends in its own way. */
  terminate(): Promise<void> {
    this.#graceMs = ANSWER_MS;
    return this.stop({ mode: "cancel", timeoutMs: 0 });
  }

  /** The end of a pool inside a worker that ends. */
  async #stopWithin(limitMs: number): Promise<void> {
    this.#graceMs = Math.min(ON_STOP_MS, limitMs / 2);
    const stopped = this.stop();
    await within(limitMs - this.#graceMs, stopped);
    this.#hurryUp();
    await stopped;
  }

  #hurryUp(): void {
    this.#isHurried = true;
    this.#hurry.resolve();
  }

  #begin(mode: "drain" | "cancel", timeoutMs: number): Promise<void> {
    const { promise, resolve } = deferred();
    // Known before it begins: those who hear of it may stop the pool, too.
    this.#stopped = promise;
    resolve(this.#pool.keepAlive.during(this.#stop(mode, timeoutMs)));
    return promise;
  }

  async #stop(mode: "drain" | "cancel", timeoutMs: number): Promise<void> {
    const { events, options, places, supervisor, grace, deadlines, idle, health, ledger } = this.#pool;
    const deadline = performance.now() + timeoutMs;
    this.#pool.closedBy = new StoppedError(`Pool "${options.name}" is stopped and takes no calls.`);
    events.emit("stop", { mode });
    // Who cancels sees it at once: no call settles in between.
    if (mode === "drain" && ledger.counts.open > 0) await this.#patiently(deadline, ledger.drained.wait());
    const handles = places.all();
    supervisor.close(handles);
    idle.close();
    health.close();
    deadlines.close();
    this.#cancelAll();
    this.#pool.entrance.up.reject(this.#pool.closedBy);
    for (const handle of handles) handle.changed.resolve();
    await Promise.all(handles.map((handle) => this.#end(handle, deadline)));
    grace.close();
    if (options.onDemand) await options.engine.close?.();
    // Calls that were just going from one worker to another when a balancer stopped the pool.
    this.#cancelAll();
    if (options.limits !== undefined && isHome(options.limits)) options.limits.close(this.#pool.closedBy);
    ledger.unobserved.poolStopped();
    this.#pool.keepAlive.close();
    this.#leaveWorker();
  }

  #cancelAll(): void {
    const { options, closedBy, cut } = this.#pool;
    cut.abort(new CancelledError(`Pool "${options.name}" was stopped.`, { cause: closedBy }));
    for (const call of this.#pool.openCalls()) call.cancel(this.#pool.closedBy);
  }

  async #end(handle: WorkerHandle, deadline: number): Promise<void> {
    const { live, gone, state } = handle;
    handle.abortStart.abort();
    const wasStarted = handle.id > 0;
    if (live === undefined) return wasStarted && state === "starting" ? gone.promise : undefined;
    live.connection.kill((await this.#politely(handle, deadline)) ? LAST_OUTPUT_MS : 0);
    await gone.promise;
  }

  /** Lets a worker run its `onStop`; true when that is over and nothing else runs there. */
  async #politely(handle: WorkerHandle, deadline: number): Promise<boolean> {
    const { state, control, live } = handle;
    if (state !== "ready" && state !== "draining") return false;
    handle.state = "draining";
    const graceMs = this.#graceMs;
    const patienceMs = this.#isHurried ? 0 : Math.max(0, deadline - performance.now() - graceMs);
    const stopped = control?.call("stop", patienceMs + graceMs);
    await this.#patiently(deadline - graceMs, stopped);
    return (await within(this.#graceMs, stopped)) && live?.slots.count === 0;
  }

  /** Waits for a promise until the deadline, or until somebody is in a hurry. */
  async #patiently(deadline: number, promise: Promise<unknown> | undefined): Promise<void> {
    await within(deadline - performance.now(), Promise.race([this.#hurry.promise, promise]));
  }
}
