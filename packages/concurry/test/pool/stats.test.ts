import type { PoolStats } from "concurry";
import { describe, expect, test } from "vitest";
import { Counter } from "#workers/counter";
import { Gated } from "#workers/gated";
import { Sleeper } from "#workers/sleeper";
import { Surroundings } from "#workers/surroundings";
import { HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "./support.ts";

const stopped = stoppedAfterEach();

/** Every call is somewhere. */
function accepted({ queued, running, completed, failed, cancelled }: PoolStats): number {
  return queued + running + completed + failed + cancelled;
}

describe.each(MODES)("in %s mode", (mode) => {
  test("a pool's stats have every field, and are plain data", async () => {
    const pool = stopped(Counter.options({ mode, name: "tally" }).init(0));
    const futures = [pool.add(1), pool.fail("no"), pool.add(1)];
    await Promise.allSettled(futures);
    const stats = pool.getPoolStats();
    expect(stats).toMatchObject({
      name: "tally",
      mode,
      totalWorkers: 1,
      maxWorkers: 1,
      stopped: false,
      queued: 0,
      running: 0,
      completed: 2,
      failed: 1,
      cancelled: 0,
      restarts: 0,
      loadBalancer: { algorithm: "RoundRobin", totalDispatched: 3 },
    });
    expect(stats.uptimeMs).toBeGreaterThan(0);
    for (const summary of [stats.latencyMs, stats.waitMs]) {
      expect(Object.keys(summary)).toEqual(["count", "mean", "p50", "p90", "p99", "max"]);
      expect(summary.count).toBe(3);
      expect(summary.p50).toBeLessThanOrEqual(summary.max);
    }
    expect(JSON.parse(JSON.stringify(stats))).toEqual(stats);
    expect(structuredClone(stats)).toEqual(stats);
  });

  test("a worker's stats have every field, and are those in the pool's", async () => {
    const before = Date.now();
    const pool = stopped(Counter.options({ mode }).init(0));
    await Promise.allSettled([pool.add(1), pool.fail("no")]);
    const stats = pool.getWorkerStats(0);
    expect(stats).toMatchObject({
      index: 0,
      state: "ready",
      callsFinished: 2,
      callsFailed: 1,
      queued: 0,
      running: 0,
      restarts: 0,
    });
    expect(stats.startedAt).toBeGreaterThanOrEqual(before - 1);
    expect(stats.startedAt).toBeLessThanOrEqual(Date.now() + 1);
    expect(stats.uptimeMs).toBeCloseTo(stats.timeWorkingMs + stats.timeWaitingMs, 6);
    for (const figure of [
      stats.uptimeMs,
      stats.timeWorkingMs,
      stats.timeWaitingMs,
      stats.msPerCall,
      stats.heapUsedBytes,
    ]) {
      expect(figure).toBeGreaterThanOrEqual(0);
    }
    for (const share of [stats.efficiency, stats.totalEfficiency, stats.eventLoopUtilization]) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }
    expect(stats.totalEfficiency).toBeLessThanOrEqual(stats.efficiency);
    expect(pool.getPoolStats().workers).toMatchObject([{ id: stats.id, callsFinished: 2 }]);
    expect(JSON.parse(JSON.stringify(stats))).toEqual(stats);
  });

  test.each([1, -1, 0.5, Number.NaN, "0" as unknown as number])("worker %j isn't there", (index) => {
    const pool = stopped(Counter.options({ mode }).init(0));
    // A string that names an index is what a form or a query string brings: it is that index.
    if (index === ("0" as unknown)) expect(pool.getWorkerStats(index)).toMatchObject({ index: 0 });
    else expect(() => pool.getWorkerStats(index)).toThrow(RangeError);
  });

  test("every call is counted once, whatever becomes of it", async () => {
    const pool = stopped(Gated.options({ mode, concurrency: 1 }).init());
    const running = pool.pass("a");
    await until(() => running.status === "running");
    const waiting = [pool.note("b"), pool.note("c"), pool.note(new Promise<string>(() => {}))];
    expect(pool.getPoolStats()).toMatchObject({ running: 1, queued: 3 });
    expect(pool.getWorkerStats(0)).toMatchObject({ running: 1, queued: 3 });
    expect(accepted(pool.getPoolStats())).toBe(4);
    waiting[0]?.cancel();
    waiting[2]?.cancel();
    expect(pool.getPoolStats()).toMatchObject({ running: 1, queued: 1, cancelled: 2 });
    const broadcast = pool.broadcast.open("a");
    expect(accepted(pool.getPoolStats())).toBe(5);
    await Promise.all([running, waiting[1], broadcast]);
    expect(pool.getPoolStats()).toMatchObject({
      running: 0,
      queued: 0,
      completed: 3,
      cancelled: 2,
      failed: 0,
    });
  });

  test("a worker that is busy nearly all the time is efficient, an idle one isn't", async () => {
    const BUSY_MS = 400;
    const idle = stopped(Sleeper.options({ mode }).init());
    await idle.ready();
    const busy = stopped(Sleeper.options({ mode }).init());
    await busy.sleep(BUSY_MS);
    // At once: from now on it waits.
    const atWork = busy.getWorkerStats(0);
    await idle.which();
    expect(atWork.efficiency).toBeGreaterThan(0.9);
    expect(atWork.msPerCall).toBeGreaterThan(BUSY_MS * 0.9);
    expect(idle.getWorkerStats(0).efficiency).toBeLessThan(0.1);
  });
});

describe.each(HOSTED)("in %s mode", (mode) => {
  test("a worker is known by its process or thread, and tells its heap", async () => {
    const pool = stopped(Surroundings.options({ mode, maxWorkers: 2 }).init());
    const identities = await pool.broadcast.identity();
    await Promise.all([pool.workers[0]?.isHost(), pool.workers[1]?.isHost()]);
    const { workers } = pool.getPoolStats();
    expect(new Set(workers.map(({ id }) => id)).size).toBe(2);
    for (const [index, { pid, threadId }] of identities.entries()) {
      if (mode === "process") expect(workers[index]).toMatchObject({ pid });
      else expect(workers[index]).toMatchObject({ threadId });
      expect(workers[index]?.heapUsedBytes).toBeGreaterThan(1_000_000);
    }
    expect(identities[0]?.pid === process.pid).toBe(mode === "thread");
  });

  test("what was sent ahead to a busy worker counts as queued", async () => {
    const pool = stopped(Gated.options({ mode }).init());
    for (let round = 0; round < 50; round += 1) await pool.note("cheap");
    const running = pool.pass("a");
    await until(() => running.status === "running");
    const calls = Array.from({ length: 10 }, () => pool.note("behind"));
    expect(pool.getWorkerStats(0)).toMatchObject({ running: 1, queued: 10 });
    await pool.broadcast.open("a");
    await Promise.all([running, ...calls]);
  });
});

nothingIsLeft();
