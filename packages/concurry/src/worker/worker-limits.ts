import { LimitSet } from "../limits/limit-set.ts";
import type { Limits } from "../limits/limits.ts";
import { type LimitsSource, RemoteLimits } from "../limits/remote-limits.ts";
import { realm } from "../protocol/realm.ts";

let none: Limits | undefined;

/** The limits of the worker that is being constructed; without a pool, or with a pool without limits, all is granted. */
export function workerLimits(): Limits {
  const given = realm().workerLimits as Limits | LimitsSource | undefined;
  if (given !== undefined) return "lane" in given ? new RemoteLimits(given) : given;
  none ??= new LimitSet([]);
  return none;
}
