import type { PoolBalancer, WorkerLoad } from "./balancer.ts";
import { LeastLoaded } from "./least-loaded.ts";

/** The worker with the fewest calls ever; the lowest index among equals. */
export class LeastTotal implements PoolBalancer {
  readonly name = "LeastTotalLoad";
  readonly #loads: LeastLoaded = new LeastLoaded((worker) => worker.total);

  select(workers: readonly WorkerLoad[]): number {
    const index = this.#loads.least(workers);
    return index;
  }

  workerChanged(index: number): void {
    this.#loads.changed(index);
  }
}
