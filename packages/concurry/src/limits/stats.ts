import { Histogram } from "../util/histogram.ts";
import type { LimitState } from "./limit-state.ts";
import type { LimitStats } from "./limits.ts";
import type { SetDefinition } from "./set-definition.ts";

const DIGITS = 13;

/** One limit of one arbiter at a moment. */
export interface MomentaryCounts {
  readonly state: LimitState;
  readonly available: number;
}

const SUMMED = ["waiting", "granted", "timedOut", "cancelled", "ownersLost", "leaked"] as const;
const SUMMED_FRACTIONS = ["charged", "refunded", "overdrawn"] as const;

/** The numbers of a set, summed over the arbiters that it has; none before its first worker has asked. */
export function setStats(
  { limits, gates }: SetDefinition,
  cores: readonly { counts(): readonly MomentaryCounts[] }[],
): Readonly<Record<string, LimitStats>> {
  const stats: Record<string, LimitStats> = {};
  const counts = cores.map((core) => core.counts());
  for (const [index, { key }] of limits.entries()) {
    const ofLimit = counts.map((all) => all[index] as MomentaryCounts);
    if (ofLimit.length > 0) stats[key] = limitStats(ofLimit);
  }
  for (const gate of gates) stats[gate.key] = { ...gate.stats?.(), key: gate.key, kind: "gate" };
  return stats;
}

function limitStats(counts: readonly MomentaryCounts[]): LimitStats {
  const { limit, rule } = (counts[0] as MomentaryCounts).state;
  const available = sum(counts, (count) => count.available);
  const largest = rule.largest * counts.length;
  const waits = new Histogram();
  for (const { state } of counts) {
    waits.merge(state.waits);
    waits.addZeros(state.granted - state.waits.count);
  }
  return {
    key: rule.key,
    kind: rule.kind,
    ...(limit.kind === "resource"
      ? { capacity: largest, available, inUse: largest - available }
      : rateStats(limit.rate, clean(available), counts.length)),
    utilization: clean(Math.min(1, Math.max(0, 1 - available / largest))),
    ...Object.fromEntries(SUMMED.map((name) => [name, sum(counts, ({ state }) => state[name])])),
    ...Object.fromEntries(
      SUMMED_FRACTIONS.map((name) => [name, clean(sum(counts, ({ state }) => state[name]))]),
    ),
    waitMs: waits.summary(),
  };
}

function rateStats(
  { algorithm, windowSeconds, capacity, burst }: Exclude<LimitState["limit"], { kind: "resource" }>["rate"],
  available: number,
  arbiters: number,
): Partial<LimitStats> {
  return {
    algorithm,
    windowSeconds,
    capacity: capacity * arbiters,
    ...(burst === undefined ? {} : { burst: burst * arbiters }),
    available,
  };
}

function sum(counts: readonly MomentaryCounts[], value: (count: MomentaryCounts) => number): number {
  return counts.reduce((total, count) => total + value(count), 0);
}

/** Without the last digits of sums of fractions, which are noise. */
function clean(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS));
}
