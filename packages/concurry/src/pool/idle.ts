import type { PoolCore } from "./pool.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** Ends workers that have had nothing to do for a while, as long as the pool keeps enough of them. */
export class IdleTimer {
  readonly #pool: PoolCore;
  #timer: NodeJS.Timeout | undefined;

  constructor(pool: PoolCore) {
    this.#pool = pool;
    const { idleTimeoutMs, minWorkers, onDemand } = pool.options;
    const areSomeToEnd = idleTimeoutMs > 0 && minWorkers < Number.POSITIVE_INFINITY;
    if (areSomeToEnd && !onDemand) this.#lookIn(idleTimeoutMs);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #lookIn(waitMs: number): void {
    this.#timer = setTimeout(() => this.#look(), waitMs).unref();
  }

  #look(): void {
    const { supervisor, places, options } = this.#pool;
    const now = performance.now();
    const awake = places.handles.filter(staysUp);
    let [surplus, soonestMs] = [awake.length - options.minWorkers, options.idleTimeoutMs];
    // The last ones first: balancers prefer the first ones where all are alike.
    for (const handle of awake.reverse()) {
      if (surplus <= 0 || !isIdle(handle)) continue;
      const leftMs = handle.restingSince + options.idleTimeoutMs - now;
      if (leftMs > 0) {
        soonestMs = Math.min(soonestMs, leftMs);
      } else {
        surplus -= 1;
        void supervisor.retire(handle, "on demand");
      }
    }
    this.#lookIn(Math.ceil(soonestMs));
  }
}

/** Whether a worker is there, or will be without being asked for. */
function staysUp(handle: WorkerHandle): boolean {
  return handle.state === "ready" || handle.isComing;
}

function isIdle(handle: WorkerHandle): boolean {
  return handle.state === "ready" && handle.isAtRest && !handle.holdsCalls;
}
