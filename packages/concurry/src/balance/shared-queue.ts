import type { PoolBalancer, WorkerLoad } from "./balancer.ts";
import { LeastLoaded } from "./least-loaded.ts";

/** Calls wait in one queue; the one whose turn it is goes to the worker with the fewest calls in flight. */
export class SharedQueue implements PoolBalancer {
  readonly name = "SharedQueue";
  readonly selectsAt = "room";
  readonly #loads: LeastLoaded = new LeastLoaded((worker) => worker.queued + worker.running);

  select(workers: readonly WorkerLoad[]): number {
    return this.#loads.least(workers);
  }

  workerChanged(index: number): void {
    this.#loads.changed(index);
  }
}
