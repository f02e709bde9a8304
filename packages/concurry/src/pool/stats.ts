import { balancerStats } from "../balance/balancer-stats.ts";
import { isHome } from "../limits/limits-home.ts";
import type { PoolCore } from "./pool.ts";
import type { PoolStats, WorkerStats } from "./pool-stats.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** Reads what a pool has counted. */
export function poolStats(pool: PoolCore): PoolStats {
  const { options, places, ledger, balancer, dispatcher } = pool;
  const { handles, leaving } = places;
  const { counts } = ledger;
  const workers = handles.map((handle) => workerStats(pool, handle));
  const onTheirWay = [...leaving].map((handle) => workerStats(pool, handle));
  const running = sum([...workers, ...onTheirWay], ({ running }) => running);
  return {
    name: options.name,
    mode: options.mode,
    totalWorkers: handles.filter(isThere).length + [...leaving].filter(isThere).length,
    maxWorkers: handles.length,
    concurrency: Number.isFinite(options.concurrency) ? options.concurrency : null,
    onDemand: options.onDemand,
    onDemandActive: options.onDemand ? handles.filter(isThere).length : 0,
    stopped: pool.closedBy !== undefined,
    queued: counts.open - running,
    running,
    completed: counts.completed,
    failed: counts.failed,
    cancelled: counts.cancelled,
    timedOut: counts.timedOut,
    retried: counts.retried,
    restarts: counts.restarts,
    uptimeMs: performance.now() - counts.startedAt,
    limits: options.limits !== undefined && isHome(options.limits) ? options.limits.stats() : {},
    loadBalancer: balancerStats(balancer, handles, dispatcher.chooser.dispatched),
    latencyMs: counts.latencyMs.summary(),
    waitMs: counts.waitMs.summary(),
    workers,
  };
}

/** Reads what is known of one worker. */
export function workerStats({ options }: PoolCore, handle: WorkerHandle): WorkerStats {
  const { live, callsFinished } = handle;
  const open = live?.slots.list().filter((call) => !call.isSettled) ?? [];
  // What was sent ahead waits in the worker.
  const begun = open.filter((call) => live?.hasStarted(call)).length;
  const now = performance.now();
  const { readyMs, workingMs, waitingMs } = handle.clock.times(now);
  return {
    index: handle.index,
    id: handle.id,
    ...live?.identity,
    state: handle.state,
    startedAt: handle.startedAtDate,
    uptimeMs: readyMs,
    timeWorkingMs: workingMs,
    timeWaitingMs: waitingMs,
    callsFinished,
    callsFailed: handle.callsFailed,
    queued: handle.queued + open.length - begun,
    running: begun + handle.beside,
    restarts: handle.restarts,
    limits: options.limits !== undefined && isHome(options.limits) ? options.limits.statsOf(handle) : {},
    heapUsedBytes: live?.heapUsedBytes ?? 0,
    eventLoopUtilization: live?.loopUtilization(now, handle.isAtRest ? handle.restingSince : undefined) ?? 0,
    efficiency: share(workingMs, readyMs),
    totalEfficiency: share(workingMs, now - handle.startedAt),
    msPerCall: callsFinished === 0 ? 0 : workingMs / callsFinished,
  };
}

/** Whether a worker lives there, or is on its way. */
function isThere({ state }: WorkerHandle): boolean {
  return state === "starting" || state === "ready" || state === "draining";
}

function share(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(1, part / whole);
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
