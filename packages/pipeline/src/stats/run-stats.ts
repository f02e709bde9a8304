import type { HistogramSummary, WorkerStats } from "concurry";
import type { StageCounters } from "./stage-counters.ts";

/** What is known of one stage of a run. Plain data; times are in milliseconds. */
export interface StageStats {
  readonly name: string;
  readonly mode: string;
  /** Workers that live now; of an async stage the elements that it can work on at once, null for any number. */
  readonly totalWorkers: number | null;
  /** Elements that may wait in front of it; null for any number. */
  readonly maxsize: number | null;
  /** Elements that wait in front of it. */
  readonly queued: number;
  /** Elements that it works on. */
  readonly running: number;
  /** Elements that it finished. */
  readonly completed: number;
  /** Elements that failed for good. */
  readonly failed: number;
  /** Elements that were cancelled because the run was stopped. */
  readonly cancelled: number;
  /** Attempts that took too long. */
  readonly timedOut: number;
  /** Attempts after a first one. */
  readonly retried: number;
  /** How often a worker was started again. */
  readonly restarts: number;
  /** Failed elements that were left out, as `onError: "skip"` says. */
  readonly skipped: number;
  /** Elements that a filter left out. */
  readonly filtered: number;
  /** Elements that took too long and were left out. */
  readonly dropped: number;
  /** Time in which it had an element but no room for a result; 0 in sync mode, where a stage works when it is asked to. */
  readonly blockedMs: number;
  /** Since the run was started. */
  readonly uptimeMs: number;
  /** Time from the start of an attempt to its end; of sync stages of every 64th, of async ones of every 32nd. */
  readonly latencyMs: HistogramSummary;
  /** Time that an element waits for a worker of the stage, of as many; in sync mode none does. */
  readonly waitMs: HistogramSummary;
  /** The workers of its pool, its own or that which it was given; empty where it has none. */
  readonly workers: readonly WorkerStats[];
}

/** Where a run is in its life. */
export type RunState = "idle" | "running" | "stopping" | "ended" | "failed" | "stopped";

/** What is known of a run: `run.stats()`. Plain data, safe to turn into JSON. */
export interface RunStats {
  readonly name: string;
  readonly state: RunState;
  /** Milliseconds since the run was started. */
  readonly uptimeMs: number;
  /** Elements that were taken from the sources. */
  readonly pulled: number;
  /** Elements that the reader got. */
  readonly yielded: number;
  /** Its stages, each after those that it takes from. */
  readonly stages: readonly StageStats[];
}

/** What a stage knows besides its counts. */
export type StageFacts = Pick<
  StageStats,
  "name" | "mode" | "totalWorkers" | "maxsize" | "queued" | "running" | "uptimeMs" | "workers"
>;

/** The stats of a stage. */
export function stageStats(facts: StageFacts, counters: StageCounters): StageStats {
  const { latency, wait, ...counts } = counters;
  return { ...facts, ...counts, latencyMs: latency.summary(), waitMs: wait.summary() };
}
