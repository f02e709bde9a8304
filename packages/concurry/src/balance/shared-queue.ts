import type { Balancer, WorkerLoad } from "./balancer.ts";
import { LeastTree } from "./least-tree.ts";

/** Calls wait in one queue; the one whose turn it is goes to the worker with the fewest calls in flight. */
export class SharedQueue implements Balancer {
  readonly name = "SharedQueue";
  readonly selectsAt = "room";
  readonly #tree: LeastTree = new LeastTree((worker) => worker.queued + worker.running);

  select(workers: readonly WorkerLoad[]): number {
    return this.#tree.least(workers);
  }

  workerChanged(index: number): void {
    this.#tree.changed(index);
  }
}
