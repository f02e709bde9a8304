import type { BalancerStats } from "../balance/balancer-stats.ts";
import type { LimitStats } from "../limits/limits.ts";
import type { LimitBalancerStats } from "../limits/set-chooser.ts";
import type { HistogramSummary } from "../util/histogram.ts";

/**
 * Where a worker is in its life. A worker that died is `"crashed"` for a moment, then `"restarting"`, or `"dead"` for
 * good. One that takes no more calls and finishes what it runs is `"draining"`; where one is started as soon as there
 * is a call for it, the place is `"asleep"`.
 */
export type WorkerState = "starting" | "ready" | "draining" | "crashed" | "restarting" | "asleep" | "dead";

/** What is known of one worker of a pool. Plain data; times are in milliseconds. */
export interface WorkerStats {
  /** Place in the pool, from 0; stays the same across restarts. */
  readonly index: number;
  /** Unique among all workers of this program; new after each restart. */
  readonly id: number;
  /** Process id, in process mode. */
  readonly pid?: number;
  /** Thread id, in thread mode. */
  readonly threadId?: number;
  readonly state: WorkerState;
  /** When it was started, in milliseconds since 1970. */
  readonly startedAt: number;
  /** Time since it became ready; 0 until then. */
  readonly uptimeMs: number;
  /**
   * Ready time with at least one call running. In threads and processes with a `concurrency` of 1 as the worker measures it: the way
   * there and back is no work. A stream counts for as long as it lasts.
   */
  readonly timeWorkingMs: number;
  /** Ready time with no call running. */
  readonly timeWaitingMs: number;
  /** Calls that settled in the worker, with a value or an error. */
  readonly callsFinished: number;
  /** Those of them that failed. */
  readonly callsFailed: number;
  /** Calls that were given to this worker and have not begun. */
  readonly queued: number;
  /** Calls that run in it now. */
  readonly running: number;
  /** How often the worker at this index was started again. */
  readonly restarts: number;
  /** Numbers of limits of which each worker has its own, by key. */
  readonly limits: Readonly<Record<string, LimitStats>>;
  /** Size of its JavaScript heap in bytes; 0 until it is known. */
  readonly heapUsedBytes: number;
  /**
   * Share of the last time that its event loop was busy, from 0 to 1; 0 until it is known. Told with the results of
   * calls, every half second at most. In `sync` and `async` mode that of the caller's event loop since it runs.
   */
  readonly eventLoopUtilization: number;
  /** Working time / (working + waiting time), from 0 to 1. */
  readonly efficiency: number;
  /** Working time / time since `startedAt`, from 0 to 1. */
  readonly totalEfficiency: number;
  /** Working time / calls finished. */
  readonly msPerCall: number;
}

/**
 * What is known of a pool: `getPoolStats()`. Plain data, safe to turn into JSON.
 *
 * @example
 * const { queued, latencyMs } = pool.getPoolStats();
 * console.log(`${queued} waiting, p99 ${latencyMs.p99.toFixed(1)} ms`);
 */
export interface PoolStats {
  readonly name: string;
  /** `"sync"`, `"async"`, `"thread"`, `"process"`, or the name of an engine. */
  readonly mode: string;
  /** Workers that live now. */
  readonly totalWorkers: number;
  readonly maxWorkers: number;
  /** Calls of one worker that run at once; null where that is any number. */
  readonly concurrency: number | null;
  /** Whether each call has a worker of its own. */
  readonly onDemand: boolean;
  /** Workers that live now for single calls; 0 where `onDemand` is false. */
  readonly onDemandActive: number;
  readonly stopped: boolean;
  /** Calls that wait. */
  readonly queued: number;
  /** Calls that run. */
  readonly running: number;
  /** Calls that succeeded. */
  readonly completed: number;
  /** Calls that failed. */
  readonly failed: number;
  /** Calls that were cancelled. */
  readonly cancelled: number;
  /** Calls whose time limit passed. */
  readonly timedOut: number;
  /** Attempts that were made after a first one. */
  readonly retried: number;
  /** How often a worker was started again. */
  readonly restarts: number;
  /** Milliseconds since `init()`. */
  readonly uptimeMs: number;
  readonly loadBalancer: BalancerStats;
  /**
   * Numbers of the pool's limits, by key; of a `LimitPool` by `"<set>.<key>"`, and those of its choices under `balancer`.
   * Empty for limits that are kept in another thread or process: `await limits.stats()` asks for those.
   */
  readonly limits: Readonly<Record<string, LimitStats | LimitBalancerStats>>;
  /** Milliseconds from a call to its result. */
  readonly latencyMs: HistogramSummary;
  /** Milliseconds from a call until it was sent to a worker. */
  readonly waitMs: HistogramSummary;
  /** One for each worker, by index. */
  readonly workers: readonly WorkerStats[];
}
