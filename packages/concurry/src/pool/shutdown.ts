import { StoppedError } from "../errors/call-errors.ts";
import { milliseconds, oneOf } from "../util/check.ts";
import { GRACE_MS } from "./grace-timers.ts";
import type { PoolCore } from "./pool.ts";
import type { StopOptions } from "./pool-type.ts";
import type { WorkerHandle } from "./worker-handle.ts";

const DEFAULT_TIMEOUT_MS = 30_000;
// From the polite end of a worker that has nothing to do any more to its hard end: it writes its last output.
const LAST_OUTPUT_MS = 500;

/** Ends a pool: drains or cancels its calls, runs `onStop` in all workers at once, and sees all of them gone. */
export class Shutdown {
  readonly #pool: PoolCore;
  #stopped: Promise<void> | undefined;
  #cancelNow: (() => void) | undefined;

  constructor(pool: PoolCore) {
    this.#pool = pool;
  }

  /** A second call waits for the same end; in cancel mode it hurries it. */
  stop({ mode = "drain", timeoutMs = DEFAULT_TIMEOUT_MS }: StopOptions = {}): Promise<void> {
    oneOf("mode", mode, ["drain", "cancel"]);
    milliseconds("timeoutMs", timeoutMs, 0);
    this.#stopped ??= this.#pool.keepAlive.during(this.#stop(mode, timeoutMs));
    if (mode === "cancel") this.#cancelNow?.();
    return this.#stopped;
  }

  async #stop(mode: "drain" | "cancel", timeoutMs: number): Promise<void> {
    const { events, options, handles, supervisor, grace, ledger } = this.#pool;
    const deadline = performance.now() + timeoutMs;
    this.#pool.closedBy = new StoppedError(`Pool "${options.name}" is stopped and takes no calls.`);
    events.emit("stop", { mode });
    if (mode === "drain") await this.#drain(timeoutMs);
    supervisor.close(handles);
    grace.close();
    const wasCut = this.#cancelAll();
    this.#pool.up.reject(this.#pool.closedBy);
    for (const handle of handles) handle.changed.resolve();
    const patienceMs = wasCut ? GRACE_MS : Math.max(GRACE_MS, deadline - performance.now());
    await Promise.all(handles.map((handle) => this.#end(handle, patienceMs)));
    ledger.unobserved.poolStopped();
    this.#pool.keepAlive.close();
  }

  /** Waits until no call is open, the time is over, or somebody wants it over. */
  async #drain(timeoutMs: number): Promise<void> {
    const { ledger } = this.#pool;
    if (ledger.counts.open === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#cancelNow = () => {
        clearTimeout(timer);
        resolve();
      };
      ledger.drained.wait().then(this.#cancelNow, this.#cancelNow);
    });
    this.#cancelNow = undefined;
  }

  /** Cancels every call that is still open; true when there were any. */
  #cancelAll(): boolean {
    const open = this.#pool.openCalls();
    for (const call of open) call.cancel(this.#pool.closedBy);
    return open.length > 0;
  }

  async #end(handle: WorkerHandle, patienceMs: number): Promise<void> {
    const { live, control, gone, state } = handle;
    handle.abortStart.abort();
    if (live === undefined) return state === "starting" ? gone.promise : undefined;
    if (state === "ready") {
      handle.state = "draining";
      await within(patienceMs, control?.call("stop"));
    }
    live.connection.kill(state === "ready" && live.slots.count === 0 ? LAST_OUTPUT_MS : 0);
    await gone.promise;
  }
}

/** Waits for a promise, however it ends, but not longer than this. */
async function within(limitMs: number, promise: Promise<unknown> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([limit, promise?.catch(() => {})]);
  clearTimeout(timer);
}
