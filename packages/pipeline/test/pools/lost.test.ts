import { pipeline, type WorkerInfo } from "@concurry/pipeline";
import { TaskPool, TimeoutError, WorkerCrashedError } from "concurry";
import { describe, expect, test } from "vitest";
import * as functions from "#workers/functions";
import * as more from "#workers/late-and-lost";
import { numbers } from "../support.ts";

const { Model } = functions;
type Lost = readonly [worker: Omit<WorkerInfo, "limits">, reason: unknown];

describe.each(["thread", "process"] as const)("in %s mode", (mode) => {
  test("a worker that is replaced after a time limit is told as lost, with the limit as the reason", async () => {
    const lost: Lost[] = [];
    const told: unknown[] = [];
    const ids = new Set<string>();
    const run = pipeline(numbers(4))
      .map(functions.stuckAtTwo, {
        mode,
        timeoutMs: 100,
        name: "stuck",
        onLost: (...facts) => lost.push(facts),
      })
      .start()
      .on("workerLost", (event) => told.push(event));
    for await (const _ of run)
      for (const worker of run.stats().stages[0]?.workers ?? []) ids.add(nameOf(worker));
    expect(lost).toHaveLength(1);
    const [worker, reason] = lost[0] as Lost;
    expect(worker).toMatchObject({ index: 0, mode });
    expect(ids).toContain(worker.id);
    expect(reason).toBeInstanceOf(TimeoutError);
    expect(reason).toMatchObject({ message: 'Stage "stuck" took longer than 100 ms with element [2].' });
    expect(told).toEqual([{ stage: "stuck", workerIndex: 0, reason }]);
  });

  test("a worker that dies is told as lost, with its death as the reason", async () => {
    const lost: Lost[] = [];
    await pipeline(numbers(5))
      .map(more.exitsAtThree, { mode, onError: "skip", onLost: (...facts) => lost.push(facts) })
      .run();
    expect(lost).toHaveLength(1);
    expect(lost[0]?.[1]).toBeInstanceOf(WorkerCrashedError);
    expect(lost[0]?.[1]).toMatchObject({
      exitCode: 7,
      workerIndex: 0,
      message: 'Worker 0 of stage "exitsAtThree" died (exit code 7)',
    });
  });

  test("a worker's id is the one that its function knows", async () => {
    const run = pipeline([1]).map(more.myId, { mode }).start();
    const ids: string[] = [];
    for await (const id of run) {
      ids.push(id);
      expect(run.stats().stages[0]?.workers.map(nameOf)).toEqual([id]);
    }
    expect(ids).toHaveLength(1);
  });

  test("the third item comes too late, and nothing else is lost", async () => {
    const run = pipeline([1, 2, 3]).flatMap(more.lateThird, { mode, timeoutMs: 60 }).start();
    const results: number[] = [];
    for await (const value of run) results.push(value);
    expect(results).toEqual([1, 1.1, 2, 2.1, 3, 3.1]);
    expect(run.stats().stages[0]).toMatchObject({ timedOut: 3, dropped: 3, failed: 0 });
  });

  test("waiting for room counts for no item", async () => {
    const line = pipeline([1, 2, 3]).flatMap(more.slowly, { mode, timeoutMs: 200, maxsize: 1 });
    const results: number[] = [];
    for await (const value of line) {
      results.push(value);
      if (value === 1) await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect(results).toHaveLength(9);
  });
});

test("the time limit of a flatMap in a given pool does not count the wait for a worker", async () => {
  const pool = Model.options({ mode: "thread" }).init();
  try {
    const before = pool.slow(1);
    const run = pipeline([1, 2]).flatMap(Model.method("several"), { pool, timeoutMs: 300 }).start();
    const results: number[] = [];
    for await (const value of run) results.push(value);
    expect(results).toEqual([1, -1, 2, -2]);
    expect(run.stats().stages[0]).toMatchObject({ timedOut: 0 });
    await before;
  } finally {
    await pool.stop();
  }
});

test("a TaskPool keeps the time limit of a stage, and does not count the wait for a worker", async () => {
  const pool = TaskPool.options({ mode: "thread", graceMs: 100 }).init();
  try {
    // A worker of such a pool loads the function at its first call, which takes its time, too.
    const before = pool.submit(more.waitsAt, 1200);
    const run = pipeline([1, 60_000, 2]).map(more.waitsAt, { pool, timeoutMs: 800 }).start();
    const results: number[] = [];
    for await (const value of run) results.push(value);
    expect(results).toEqual([1, 2]);
    expect(run.stats().stages[0]).toMatchObject({ timedOut: 1, dropped: 1 });
    await before;
    const flat = pipeline([1, 2]).flatMap(functions.threeArray, { pool, timeoutMs: 800 });
    expect(await flat.toArray()).toEqual([1, 2, 3, 2, 3, 4]);
  } finally {
    await pool.stop();
  }
});

function nameOf({ index, pid, threadId }: { index: number; pid?: number; threadId?: number }): string {
  return `${index}-${pid ?? process.pid}-${threadId ?? 0}`;
}
