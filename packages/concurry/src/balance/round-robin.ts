import type { Balancer, WorkerLoad } from "./balancer.ts";
import { nextLive } from "./liveness.ts";

/** Each worker in turn; those that are down are passed over. */
export class RoundRobin implements Balancer {
  readonly name = "RoundRobin";
  #next = 0;

  select(workers: readonly WorkerLoad[]): number {
    let index = this.#next < workers.length ? this.#next : 0;
    const state = workers[index]?.state;
    // The common case stays free of calls and divisions.
    if (state !== "ready" && state !== "starting") {
      index = nextLive(workers, index);
      if (index === -1) return -1;
    }
    this.#next = index + 1;
    return index;
  }
}
