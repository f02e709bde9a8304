import { type PipelineRun, pipeline, type StageStats } from "@concurry/pipeline";
import { TaskPool } from "concurry";
import { describe, expect, test } from "vitest";
import * as functions from "#workers/functions";
import * as more from "#workers/late-and-lost";
import { after, numbers, signal } from "../support.ts";

const { Model } = functions;

const NAMES: readonly (keyof StageStats)[] = [
  "name",
  "mode",
  "totalWorkers",
  "maxsize",
  "queued",
  "running",
  "completed",
  "failed",
  "cancelled",
  "timedOut",
  "retried",
  "restarts",
  "uptimeMs",
  "latencyMs",
  "waitMs",
  "workers",
  "skipped",
  "filtered",
  "dropped",
  "blockedMs",
];

async function through<T>(run: PipelineRun<T>): Promise<StageStats> {
  for await (const _ of run);
  return first(run);
}

function first(run: PipelineRun<unknown>): StageStats {
  return run.stats().stages[0] as StageStats;
}

describe.each(["sync", "async", "thread", "process"] as const)("the stats of a %s stage", (mode) => {
  const line = pipeline(numbers(64)).map(functions.same, { mode });

  test("have every field, before, during and after, and survive JSON", async () => {
    const run = line.start();
    for await (const _ of run) expect(Object.keys(first(run)).sort()).toEqual([...NAMES].sort());
    const stats = run.stats();
    expect(JSON.parse(JSON.stringify(stats))).toEqual(stats);
  });

  test("count workers while they live", async () => {
    const run = line.start();
    expect((await run[Symbol.asyncIterator]().next()).value).toBe(0);
    const { totalWorkers, workers } = first(run);
    expect(totalWorkers).toBe(1);
    expect(workers.map(({ state }) => state)).toEqual(
      mode === "thread" || mode === "process" ? ["ready"] : [],
    );
    await run.stop();
    expect(first(run)).toMatchObject({ totalWorkers: 0, running: 0 });
  });

  test("tell how long attempts take", async () => {
    const { latencyMs, completed } = await through(pipeline([20, 20]).map(more.waitsAt, { mode }).start());
    expect(completed).toBe(2);
    expect(latencyMs.count).toBeGreaterThan(0);
    expect(latencyMs.max).toBeGreaterThanOrEqual(19);
  });

  test.runIf(mode !== "sync")("tell how long elements wait for a worker", async () => {
    const { waitMs } = await through(pipeline([30, 30, 30]).map(more.waitsAt, { mode, maxsize: 3 }).start());
    expect(waitMs.count).toBe(mode === "async" ? 1 : 3);
    if (mode !== "async") expect(waitMs.max).toBeGreaterThanOrEqual(29);
  });
});

test("no worker is waited for where one is free, and none at all in sync mode", async () => {
  const free = await through(
    pipeline([1, 2])
      .map((x) => x, { mode: "async", workers: 2 })
      .start(),
  );
  expect(free.waitMs.max).toBeLessThan(5);
  const inline = await through(
    pipeline([1, 2])
      .map((x) => x)
      .start(),
  );
  expect(inline.waitMs).toEqual({ count: 0, mean: 0, p50: 0, p90: 0, p99: 0, max: 0 });
});

test("an async stage counts the elements that it can work on at once; null for any number", async () => {
  const bounded = pipeline(numbers(3))
    .map((x) => x, { mode: "async", workers: 4 })
    .start();
  expect(first(bounded).totalWorkers).toBe(4);
  await bounded.stop();
  const unbounded = pipeline(numbers(3))
    .map((x) => x, { mode: "async", workers: Number.POSITIVE_INFINITY, maxsize: 0 })
    .start();
  expect(first(unbounded)).toMatchObject({ totalWorkers: null, maxsize: null });
  await unbounded.stop();
});

test("a given pool shows its workers, and a stage its own elements in it", async () => {
  const pool = Model.options({ mode: "thread", maxWorkers: 2 }).init(3);
  const tasks = TaskPool.options({ mode: "thread" }).init();
  try {
    const run = pipeline(numbers(10)).map(Model.method("predict"), { pool }).start();
    const { mode, totalWorkers, workers, completed, latencyMs, waitMs } = await through(run);
    expect({ mode, totalWorkers, completed }).toEqual({ mode: "thread", totalWorkers: 2, completed: 10 });
    expect(workers.reduce((sum, { callsFinished }) => sum + callsFinished, 0)).toBe(10);
    expect([latencyMs.count, waitMs.count]).toEqual([10, 10]);
    const submitted = await through(pipeline(numbers(5)).map(functions.squared, { pool: tasks }).start());
    expect(submitted).toMatchObject({ mode: "thread", totalWorkers: 1, completed: 5 });
    expect(submitted.workers).toHaveLength(1);
    const tripled = await through(pipeline(numbers(5)).map(functions.tripled).start());
    expect(tripled).toMatchObject({ mode: "thread", totalWorkers: 2, completed: 5 });
  } finally {
    await Promise.all([pool.stop(), tasks.stop(), functions.tripled.stop()]);
  }
});

test("a restart of a given pool's worker counts while the stage is at work", async () => {
  const pool = TaskPool.options({ mode: "process" }).init();
  const restarted: unknown[] = [];
  const lost: unknown[] = [];
  try {
    const run = pipeline(numbers(6))
      .map(functions.killsItselfAtThree, {
        pool,
        onError: "skip",
        onLost: ({ index }, reason) => lost.push([index, (reason as Error).name]),
      })
      .start()
      .on("workerRestart", (event) => restarted.push(event));
    expect(await through(run)).toMatchObject({ restarts: 1, skipped: 1, completed: 5 });
    expect(restarted).toEqual([{ stage: "killsItselfAtThree", workerIndex: 0 }]);
    expect(lost).toEqual([[0, "WorkerCrashedError"]]);
  } finally {
    await pool.stop();
  }
});

test("what waits in front of a stage, runs in it and has no room behind it can be seen", async () => {
  const open = signal();
  const run = pipeline(numbers(20))
    .map((x) => x, { mode: "async", name: "fast" })
    .map(
      async (x) => {
        await open.promise;
        return x;
      },
      { mode: "async", name: "slow", maxsize: 3 },
    )
    .start();
  const next = run[Symbol.asyncIterator]().next();
  await after(20);
  // Three fill the queue, and the worker of the stage before holds one.
  expect(run.stats().stages).toMatchObject([
    { name: "fast", running: 0 },
    { name: "slow", running: 1, queued: 4 },
  ]);
  open.fire();
  await next;
  expect(run.stats().stages[0]?.blockedMs).toBeGreaterThanOrEqual(15);
  await run.stop();
});

test.each(["sync", "async", "thread"] as const)(
  "who listens right after start() hears that a %s stage starts",
  async (mode) => {
    const run = pipeline([1]).map(functions.same, { mode }).start();
    const heard: unknown[] = [];
    run.on("stageStart", (event) => heard.push(event));
    for await (const _ of run);
    expect(heard).toEqual([{ stage: "same" }]);
  },
);
