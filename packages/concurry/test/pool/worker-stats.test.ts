import type { WorkerStats } from "concurry";
import { describe, expect, test } from "vitest";
import { Gated } from "#workers/gated";
import { Mortal } from "#workers/mortal";
import { Sleeper } from "#workers/sleeper";
import { Streamer } from "#workers/streamer";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "./support.ts";

const stopped = stoppedAfterEach();
// What a turn of the event loop may take on a busy machine.
const MARGIN_MS = 15;
const SPAN_MS = 60;

interface Observed {
  getWorkerStats(index: number): WorkerStats;
}

/** Two looks at a worker, with so much of its time between them. */
async function twoLooks(pool: Observed): Promise<[WorkerStats, WorkerStats]> {
  const before = pool.getWorkerStats(0);
  await until(() => pool.getWorkerStats(0).uptimeMs > before.uptimeMs + SPAN_MS);
  return [before, pool.getWorkerStats(0)];
}

/** Keeps this thread busy. */
function spin(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) Math.random();
}

describe.each(MODES)("in %s mode", (mode) => {
  test("all time with a call running is work, all other time is waiting", async () => {
    const pool = stopped(Gated.options({ mode }).init());
    await pool.ready();
    const [idle, stillIdle] = await twoLooks(pool);
    expect(stillIdle.timeWorkingMs).toBe(idle.timeWorkingMs);
    const running = pool.pass("a");
    await until(() => pool.getWorkerStats(0).running === 1);
    const [busy, stillBusy] = await twoLooks(pool);
    expect(stillBusy.timeWaitingMs - busy.timeWaitingMs).toBeCloseTo(0, 6);
    await pool.broadcast.open("a");
    await running;
    const [rested, stillRested] = await twoLooks(pool);
    expect(stillRested.timeWorkingMs - rested.timeWorkingMs).toBeCloseTo(0, 6);
    expect(rested.timeWorkingMs).toBeGreaterThan(stillBusy.timeWorkingMs - busy.timeWorkingMs);
    for (const stats of [idle, busy, stillBusy, rested, stillRested]) {
      const { uptimeMs, timeWorkingMs, timeWaitingMs } = stats;
      expect(Math.abs(uptimeMs - timeWorkingMs - timeWaitingMs)).toBeLessThanOrEqual(0.02 * uptimeMs);
    }
  });

  test("a busy worker's efficiency goes above 0.9, an idle one's below 0.1", async () => {
    const pool = stopped(Gated.options({ mode }).init());
    const running = pool.pass("a");
    await until(() => pool.getWorkerStats(0).efficiency > 0.9);
    await pool.broadcast.open("a");
    await running;
    await until(() => pool.getWorkerStats(0).efficiency < 0.1);
    const { efficiency, totalEfficiency, timeWorkingMs, uptimeMs } = pool.getWorkerStats(0);
    expect(efficiency).toBeCloseTo(timeWorkingMs / uptimeMs, 2);
    expect(totalEfficiency).toBeLessThanOrEqual(efficiency);
    expect(totalEfficiency).toBeGreaterThan(0);
  });

  test("calls side by side are one time of work", async () => {
    const pool = stopped(Gated.options({ mode, concurrency: 2 }).init());
    const running = [pool.pass("a"), pool.pass("a")];
    await until(() => pool.getWorkerStats(0).running === 2);
    const [before, after] = await twoLooks(pool);
    expect(after.timeWorkingMs - before.timeWorkingMs).toBeCloseTo(after.uptimeMs - before.uptimeMs, 6);
    await pool.broadcast.open("a");
    await Promise.all(running);
    const { timeWorkingMs, msPerCall, callsFinished } = pool.getWorkerStats(0);
    expect(callsFinished).toBe(3);
    expect(msPerCall).toBeCloseTo(timeWorkingMs / 3, 6);
  });

  test("time before a worker is up is neither work nor waiting, and no uptime", async () => {
    const pool = stopped(Gated.options({ mode }).init());
    const first = pool.getWorkerStats(0);
    if (first.state === "starting")
      expect(first).toMatchObject({ uptimeMs: 0, timeWorkingMs: 0, efficiency: 0 });
    await pool.ready();
    const { uptimeMs, startedAt } = pool.getWorkerStats(0);
    expect(uptimeMs).toBeLessThanOrEqual(Date.now() - startedAt + 1);
  });

  test("when a worker has ended its figures stay", async () => {
    const pool = Gated.options({ mode }).init();
    const running = pool.pass("a");
    await until(() => pool.getWorkerStats(0).timeWorkingMs > SPAN_MS);
    await pool.stop({ mode: "cancel" });
    const before = pool.getWorkerStats(0);
    await errorOf(running);
    const after = pool.getWorkerStats(0);
    expect(after.timeWorkingMs).toBe(before.timeWorkingMs);
    expect(after.uptimeMs).toBe(before.uptimeMs);
    expect(after.timeWorkingMs).toBeGreaterThan(SPAN_MS);
  });
});

describe.each(["sync", ...HOSTED] as const)("in %s mode", (mode) => {
  test("a stream is work for as long as it lasts, also for a consumer who takes his time", async () => {
    const pool = stopped(Streamer.options({ mode }).init());
    await pool.ready();
    const items = pool.with({ highWaterMark: 1 }).count(3);
    await items.next();
    const begun = pool.getWorkerStats(0);
    await until(() => pool.getWorkerStats(0).uptimeMs > begun.uptimeMs + SPAN_MS);
    for await (const _item of items);
    const ended = pool.getWorkerStats(0);
    expect(ended.timeWorkingMs - begun.timeWorkingMs).toBeGreaterThanOrEqual(SPAN_MS);
    expect((await twoLooks(pool))[1].timeWorkingMs).toBe(ended.timeWorkingMs);
  });
});

describe.each(HOSTED)("in %s mode", (mode) => {
  test("time in which the caller is busy is no work of the worker", async () => {
    const BUSY_MS = 200;
    const pool = stopped(Sleeper.options({ mode }).init());
    await pool.ready();
    const calls = [pool.work(20)];
    spin(BUSY_MS);
    calls.push(pool.work(20));
    await Promise.all(calls);
    const { timeWorkingMs, uptimeMs } = pool.getWorkerStats(0);
    expect(uptimeMs).toBeGreaterThan(BUSY_MS);
    expect(timeWorkingMs).toBeGreaterThanOrEqual(40);
    expect(timeWorkingMs).toBeLessThan(40 + BUSY_MS / 2 + MARGIN_MS);
  });

  test("the event loop of a worker is told to be busy, and to be idle again", async () => {
    const pool = stopped(Sleeper.options({ mode }).init());
    await until(async () => {
      await pool.work(50);
      return pool.getWorkerStats(0).eventLoopUtilization > 0.5;
    });
    await until(() => pool.getWorkerStats(0).eventLoopUtilization < 0.2);
    expect(pool.getWorkerStats(0).heapUsedBytes).toBeGreaterThan(1_000_000);
  });

  test("the worker that follows one that died counts anew", async () => {
    const pool = stopped(Mortal.options({ mode }).init());
    const before = pool.getWorkerStats(0);
    await errorOf(pool.exit(3));
    await until(() => pool.getWorkerStats(0).state === "ready");
    const after = pool.getWorkerStats(0);
    expect(after.restarts).toBe(1);
    expect(after.id).not.toBe(before.id);
    expect(after.callsFinished).toBe(0);
    expect(after.startedAt).toBeGreaterThan(before.startedAt);
    expect(after.timeWorkingMs).toBe(0);
  });
});

nothingIsLeft();
