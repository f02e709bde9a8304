import { CancelledError, StoppedError } from "../errors/call-errors.ts";
import { isHome } from "../limits/limits-home.ts";
import { milliseconds, oneOf } from "../util/check.ts";
import { type Deferred, deferred } from "../util/deferred.ts";
import type { PoolCore } from "./pool.ts";
import type { StopOptions } from "./pool-type.ts";
import type { WorkerHandle } from "./worker-handle.ts";

const DEFAULT_TIMEOUT_MS = 30_000;
// From the polite end of a worker that has nothing to do any more to its hard end: it writes its last output.
const LAST_OUTPUT_MS = 500;

/** Ends a pool: drains or cancels its calls, runs `onStop` in all workers at once, and sees all of them gone. */
export class Shutdown {
  readonly #pool: PoolCore;
  /** Resolves when somebody wants the pool gone soon. */
  readonly #hurry: Deferred = deferred();
  #stopped: Promise<void> | undefined;

  constructor(pool: PoolCore) {
    this.#pool = pool;
  }

  /** A second call waits for the same end; in cancel mode it hurries it. */
  stop({ mode = "drain", timeoutMs = DEFAULT_TIMEOUT_MS }: StopOptions = {}): Promise<void> {
    oneOf("mode", mode, ["drain", "cancel"]);
    milliseconds("timeoutMs", timeoutMs, 0);
    if (mode === "cancel") this.#hurry.resolve();
    return this.#stopped ?? this.#begin(mode, timeoutMs);
  }

  #begin(mode: "drain" | "cancel", timeoutMs: number): Promise<void> {
    const { promise, resolve } = deferred();
    // Known before it begins: those who hear of it may stop the pool, too.
    this.#stopped = promise;
    resolve(this.#pool.keepAlive.during(this.#stop(mode, timeoutMs)));
    return promise;
  }

  async #stop(mode: "drain" | "cancel", timeoutMs: number): Promise<void> {
    const { events, options, handles, supervisor, grace, deadlines, ledger } = this.#pool;
    const deadline = performance.now() + timeoutMs;
    this.#pool.closedBy = new StoppedError(`Pool "${options.name}" is stopped and takes no calls.`);
    events.emit("stop", { mode });
    // Who cancels sees it at once: no call settles in between.
    if (mode === "drain" && ledger.counts.open > 0) await this.#patiently(deadline, ledger.drained.wait());
    supervisor.close(handles);
    grace.close();
    deadlines.close();
    this.#cancelAll();
    this.#pool.up.reject(this.#pool.closedBy);
    for (const handle of handles) handle.changed.resolve();
    await Promise.all(handles.map((handle) => this.#end(handle, deadline)));
    if (options.limits !== undefined && isHome(options.limits)) options.limits.close(this.#pool.closedBy);
    ledger.unobserved.poolStopped();
    this.#pool.keepAlive.close();
  }

  #cancelAll(): void {
    const { options, closedBy, cut } = this.#pool;
    cut.abort(new CancelledError(`Pool "${options.name}" was stopped.`, { cause: closedBy }));
    for (const call of this.#pool.openCalls()) call.cancel(this.#pool.closedBy);
  }

  async #end(handle: WorkerHandle, deadline: number): Promise<void> {
    const { live, gone, state } = handle;
    handle.abortStart.abort();
    if (live === undefined) return state === "starting" ? gone.promise : undefined;
    live.connection.kill((await this.#politely(handle, deadline)) ? LAST_OUTPUT_MS : 0);
    await gone.promise;
  }

  /** Lets a worker run its `onStop`; true when that is over and nothing else runs there. */
  async #politely(handle: WorkerHandle, deadline: number): Promise<boolean> {
    const { state, control, live } = handle;
    const { graceMs } = this.#pool.options;
    if (state !== "ready") return false;
    handle.state = "draining";
    const stopped = control?.call("stop");
    await this.#patiently(deadline - graceMs, stopped);
    // Whatever the hurry: this long `onStop` may take.
    return (await within(graceMs, stopped)) && live?.slots.count === 0;
  }

  /** Waits for a promise until the deadline, or until somebody is in a hurry. */
  async #patiently(deadline: number, promise: Promise<unknown> | undefined): Promise<void> {
    await within(deadline - performance.now(), Promise.race([this.#hurry.promise, promise]));
  }
}

/** Waits for a promise, however it ends, but not longer than this; false when it took longer. */
async function within(limitMs: number, promise: Promise<unknown> | undefined): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, limitMs, false);
  });
  const isOver = (): true => true;
  const isInTime = await Promise.race([limit, promise?.then(isOver, isOver)]);
  clearTimeout(timer);
  return isInTime !== false;
}
