import type { PoolStats } from "concurry";
import { CallLimit, type CallLimitOptions, type LimitStats, RateLimit, ResourceLimit } from "concurry";
import { until } from "../pool/support.ts";

/** Long enough that nothing comes back by time while a test runs. */
export const WINDOW_SECONDS = 60;

/** So many calls in a minute. */
export function calls(capacity = 100, more: Partial<CallLimitOptions> = {}): CallLimit {
  return new CallLimit({ windowSeconds: WINDOW_SECONDS, capacity, ...more });
}

/** So many tokens in a minute. */
export function tokens(capacity = 1000): RateLimit {
  return new RateLimit({ key: "tokens", windowSeconds: WINDOW_SECONDS, capacity });
}

/** So many connections at once. */
export function connections(capacity = 5): ResourceLimit {
  return new ResourceLimit({ key: "connections", capacity });
}

interface Observed {
  getPoolStats(): PoolStats;
}

/** What a pool's stats tell of one limit. */
export function limitOf(pool: Observed, key: string): LimitStats {
  return pool.getPoolStats().limits[key] as LimitStats;
}

/** What is charged for a key, less what came back. */
export function netOf(pool: Observed, key: string): number | undefined {
  const { charged, refunded } = limitOf(pool, key);
  return charged === undefined ? undefined : charged - (refunded ?? 0);
}

/** Waits until nobody holds or waits for a resource. */
export function isFree(pool: Observed, key: string): Promise<void> {
  return until(() => limitOf(pool, key).inUse === 0 && limitOf(pool, key).waiting === 0);
}
