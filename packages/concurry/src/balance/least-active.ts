import type { PoolBalancer, WorkerLoad } from "./balancer.ts";
import { LeastLoaded } from "./least-loaded.ts";

/** The worker with the fewest calls dispatched and not settled; the lowest index among equals. */
export class LeastActive implements PoolBalancer {
  readonly name = "LeastActiveLoad";
  readonly #loads: LeastLoaded = new LeastLoaded((worker) => worker.queued + worker.running);

  select(workers: readonly WorkerLoad[]): number {
    const index = this.#loads.least(workers);
    return index;
  }

  workerChanged(index: number): void {
    this.#loads.changed(index);
  }
}
