import type { PoolStats, WorkerStats } from "concurry";
import { until } from "../pool/support.ts";

interface Observed {
  getPoolStats(): PoolStats;
}

/** The states of a pool's workers, by index. */
export function states(pool: Observed): string[] {
  return pool.getPoolStats().workers.map(({ state }) => state);
}

/** Waits until all workers of a pool are in this state. */
export function allAre(pool: Observed, state: WorkerStats["state"]): Promise<void> {
  return until(() => states(pool).every((one) => one === state));
}

/** Waits until so many workers live. */
export function live(pool: Observed, count: number): Promise<void> {
  return until(() => pool.getPoolStats().totalWorkers === count);
}

/** The numbers from 0 to just below `count`. */
export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number);
}
