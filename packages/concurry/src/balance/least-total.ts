import type { PoolBalancer, WorkerLoad } from "./balancer.ts";
import { LeastLoaded } from "./least-loaded.ts";

/** The worker with the fewest calls ever; the lowest index among equals. */
export class LeastTotal implements PoolBalancer {
  readonly name = "LeastTotalLoad";
  readonly #loads: LeastLoaded = new LeastLoaded((worker) => worker.total);
  #dispatched = 0;

  select(workers: readonly WorkerLoad[]): number {
    const index = this.#loads.least(workers);
    if (index !== -1) this.#dispatched += 1;
    return index;
  }

  workerChanged(index: number): void {
    this.#loads.changed(index);
  }

  stats(): Record<string, unknown> {
    return { totalDispatched: this.#dispatched };
  }
}
