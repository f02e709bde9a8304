import { TimeoutError } from "concurry";
import { describe, expect, test } from "vitest";
import { Gated } from "#workers/gated";
import { Mixed, Risky } from "#workers/seed";
import { Sleeper } from "#workers/sleeper";
import { HOSTED, nothingIsLeft, stoppedAfterEach, until } from "./support.ts";

const stopped = stoppedAfterEach();
const SLOW_MS = 500;
const FAST_MS = 10;

// The examples of the guide that this package follows, with its names in this language's spelling.
describe.each(HOSTED)("in %s mode", (mode) => {
  test("monitoring: a pool's stats tell its workers and its load balancer", async () => {
    const pool = stopped(Sleeper.options({ mode, maxWorkers: 5, loadBalancing: "active" }).init());
    const futures = Array.from({ length: 100 }, () => pool.which());
    for (const future of futures) await future;
    const stats = pool.getPoolStats();
    expect(stats).toMatchObject({ totalWorkers: 5, maxWorkers: 5, stopped: false });
    expect(stats.loadBalancer).toMatchObject({
      algorithm: "LeastActiveLoad",
      totalDispatched: 100,
      totalActive: 0,
    });
    expect(stats.loadBalancer.activeCalls).toEqual({ 0: 0, 1: 0, 2: 0, 3: 0, 4: 0 });
    await pool.stop();
    expect(pool.getPoolStats().stopped).toBe(true);
  });

  test.each([
    ["round_robin", "RoundRobin"],
    ["active", "LeastActiveLoad"],
    ["total", "LeastTotalLoad"],
    ["random", "Random"],
  ] as const)("monitoring: load distribution under %s", async (loadBalancing, algorithm) => {
    const pool = stopped(Sleeper.options({ mode, maxWorkers: 3, loadBalancing }).init());
    const futures = Array.from({ length: 30 }, () => pool.work(1));
    await Promise.all(futures);
    const { loadBalancer, workers } = pool.getPoolStats();
    expect(loadBalancer).toMatchObject({ algorithm, totalDispatched: 30 });
    if (loadBalancing === "total") expect(loadBalancer.totalCalls).toEqual({ 0: 10, 1: 10, 2: 10 });
    expect(workers.reduce((sum, { callsFinished }) => sum + callsFinished, 0)).toBe(30);
    const processed = await pool.broadcast.processed();
    expect(processed.reduce((sum, count) => sum + count, 0)).toBe(30);
  });

  test("comparing balancers: under active the fast tasks avoid the slow worker", async () => {
    const pool = stopped(Sleeper.options({ mode, maxWorkers: 3, loadBalancing: "active" }).init());
    await pool.broadcast.processed();
    const [slow, ...fast] = [SLOW_MS, FAST_MS, FAST_MS, FAST_MS].map((duration) => pool.work(duration));
    await Promise.all(fast);
    expect(slow?.status).toBe("running");
    expect(fast.map(({ workerIndex }) => workerIndex)).not.toContain(slow?.workerIndex);
    await slow;
  });

  test("exceptions: each result is good or an error, in a loop over futures", async () => {
    const pool = stopped(Risky.options({ mode, maxWorkers: 5 }).init());
    const values = [1, 2, -3, 4, -5];
    const futures = values.map((value) => pool.riskyOperation(value));
    const outcomes: unknown[] = [];
    for (const future of futures) {
      try {
        outcomes.push(await future);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        outcomes.push((error as Error).message);
      }
    }
    expect(outcomes).toEqual([2, 4, "Negative value not allowed: -3", 8, "Negative value not allowed: -5"]);
  });

  test("timeouts: a task that takes too long times out, and its worker continues", async () => {
    const pool = stopped(Gated.options({ mode, maxWorkers: 3 }).init());
    const tasks = [pool.note("fast"), pool.pass("slow"), pool.note("fast")];
    const outcomes: unknown[] = [];
    for (const [index, task] of tasks.entries()) {
      try {
        outcomes.push(await task.result({ timeoutMs: index === 1 ? 20 : 20_000 }));
      } catch (error) {
        expect(error).toBeInstanceOf(TimeoutError);
        outcomes.push("timed out");
      }
    }
    expect(outcomes).toEqual(["fast", "timed out", "fast"]);
    await until(() => tasks[1]?.status === "running");
    await pool.broadcast.open("slow");
    await pool.stop({ timeoutMs: 15_000 });
    expect(await tasks[1]).toBe("slow");
  });

  test("graceful shutdown: workers in the middle of a long task hear that they are to stop", async () => {
    const pool = stopped(Mixed.options({ mode, maxWorkers: 3 }).init());
    const futures = Array.from({ length: 3 }, () => pool.longTask());
    await until(() => futures.every(({ status }) => status === "running"));
    await pool.broadcast.shutdown();
    await pool.stop({ timeoutMs: 10_000 });
    const results = await Promise.all(futures);
    expect(results.every((rounds) => rounds > 0)).toBe(true);
    expect(pool.getPoolStats()).toMatchObject({ completed: 6, cancelled: 0, failed: 0 });
  });

  test("custom metrics are asked of every worker", async () => {
    const pool = stopped(Mixed.options({ mode, maxWorkers: 3 }).init());
    const tasks = [...Array.from({ length: 50 }, () => "fast"), ...Array.from({ length: 10 }, () => "slow")];
    await Promise.all(tasks.map((kind, index) => pool.process(kind, index)));
    const metrics = await pool.broadcast.getMetrics();
    const sum = (kind: string) => metrics.reduce((total, counts) => total + (counts[kind] ?? 0), 0);
    expect([sum("fast"), sum("slow")]).toEqual([50, 10]);
  });

  test("each worker has a state of its own", async () => {
    const pool = stopped(Mixed.options({ mode, maxWorkers: 3 }).init());
    await pool.broadcast.getMetrics();
    await Promise.all(Array.from({ length: 9 }, (_, index) => pool.process("counted", index)));
    expect(await pool.broadcast.getMetrics()).toEqual([{ counted: 3 }, { counted: 3 }, { counted: 3 }]);
  });
});

nothingIsLeft();
