import type { Balancer, WorkerLoad } from "./balancer.ts";
import { LeastTree } from "./least-tree.ts";

/** The worker with the fewest calls dispatched and not settled; the lowest index among equals. */
export class LeastActive implements Balancer {
  readonly name = "LeastActiveLoad";
  readonly #tree: LeastTree = new LeastTree((worker) => worker.queued + worker.running);
  #dispatched = 0;

  select(workers: readonly WorkerLoad[]): number {
    const index = this.#tree.least(workers);
    if (index !== -1) this.#dispatched += 1;
    return index;
  }

  workerChanged(index: number): void {
    this.#tree.changed(index);
  }

  stats(): Record<string, unknown> {
    return { totalDispatched: this.#dispatched };
  }
}
