import type { Balancer, WorkerLoad } from "./balancer.ts";
import { LeastActive } from "./least-active.ts";
import { LeastTotal } from "./least-total.ts";

/** What `getPoolStats()` says about load balancing. Further fields depend on the algorithm. */
export interface BalancerStats {
  /** `"RoundRobin"`, `"LeastActiveLoad"`, `"LeastTotalLoad"`, `"Random"`, `"SharedQueue"`, or the name of a balancer of your own. */
  readonly algorithm: string;
  /** Calls for which a worker was chosen so far. */
  readonly totalDispatched: number;
  /** By worker index: calls dispatched and not settled. `"LeastActiveLoad"` only. */
  readonly activeCalls?: Readonly<Record<number, number>>;
  /** Sum of `activeCalls`. */
  readonly totalActive?: number;
  /** By worker index: calls ever dispatched. `"LeastTotalLoad"` only. */
  readonly totalCalls?: Readonly<Record<number, number>>;
  /** Sum of `totalCalls`. */
  readonly sumTotalCalls?: number;
  readonly [field: string]: unknown;
}

/** Reads the stats of a pool's balancer. */
export function balancerStats(
  balancer: Balancer,
  workers: readonly WorkerLoad[],
  totalDispatched: number,
): BalancerStats {
  const totals = perWorker(workers, (worker) => worker.total);
  const common = { algorithm: balancer.name, totalDispatched, ...balancer.stats?.() };
  if (balancer instanceof LeastActive) {
    const activeCalls = perWorker(workers, (worker) => worker.queued + worker.running);
    return { ...common, activeCalls, totalActive: sum(activeCalls) };
  }
  if (balancer instanceof LeastTotal) return { ...common, totalCalls: totals, sumTotalCalls: sum(totals) };
  return common;
}

function perWorker(
  workers: readonly WorkerLoad[],
  count: (worker: WorkerLoad) => number,
): Record<number, number> {
  return Object.fromEntries(workers.map((worker) => [worker.index, count(worker)]));
}

function sum(counts: Readonly<Record<number, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
