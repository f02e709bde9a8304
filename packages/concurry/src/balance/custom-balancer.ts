import { show } from "../util/show.ts";
import type { BalancedCall, Balancer, PoolBalancer, WorkerLoad } from "./balancer.ts";
import { isLive, nextLive } from "./liveness.ts";

/** Keeps the promises of a pool around a balancer written by a user. */
export class CustomBalancer implements PoolBalancer {
  readonly name: string;
  readonly #inner: Balancer;

  constructor(inner: Balancer) {
    this.#inner = inner;
    this.name = inner.name;
  }

  /** @throws {RangeError} When the user's balancer gives no index of a worker. */
  select(workers: readonly WorkerLoad[], call: BalancedCall): number {
    const index = this.#inner.select(workers, call);
    if (index === -1) return -1;
    const worker = typeof index === "number" ? workers[index] : undefined;
    if (worker === undefined) {
      throw new RangeError(
        `Load balancer "${this.name}" selected worker ${show(index)}; the pool has workers 0 to ${workers.length - 1}.`,
      );
    }
    // A worker that is down never gets a call while a live one exists, whoever chose it.
    const chosen = isLive(worker) ? index : nextLive(workers, index);
    return chosen;
  }

  stats(): Record<string, unknown> {
    return { ...this.#inner.stats?.() };
  }
}
