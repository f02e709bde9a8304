import { type StageStats, stageStats } from "../stats/run-stats.ts";
import type { Caller } from "./slot.ts";
import type { StageRun } from "./stage-run.ts";

/** The stats of a stage with workers. */
export function workerStageStats(
  { name, counters, plane }: StageRun,
  { mode, facts }: { readonly mode: string; readonly facts: ReturnType<Caller["facts"]> },
  { maxsize, size: queued }: { readonly maxsize: number; readonly size: number },
  running: number,
): StageStats {
  const { totalWorkers, workers } = facts;
  const most = Number.isFinite(maxsize) ? maxsize : null;
  return stageStats(
    { name, mode, totalWorkers, maxsize: most, queued, running, uptimeMs: plane.uptimeMs, workers },
    counters,
  );
}
