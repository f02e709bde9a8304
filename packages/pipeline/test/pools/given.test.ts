import { pipeline } from "@concurry/pipeline";
import { ResourceLimit, TaskPool } from "concurry";
import { expect, test } from "vitest";
import * as functions from "#workers/functions";
import { Guarded } from "#workers/noting";
import { Journal } from "../journal.ts";
import { numbers, sorted, until } from "../support.ts";

const { Model } = functions;

test("a stage has workers of a class by a reference to its method", async () => {
  const line = pipeline(numbers(10)).map(Model.method("predict", 3), { mode: "thread", workers: 2 });
  expect(sorted(await line.toArray())).toEqual(numbers(10).map((x) => x * 3));
  const apart = pipeline([1, 2]).flatMap(Model.method("several", 2), { mode: "thread" });
  expect(await apart.toArray()).toEqual([2, -2, 4, -4]);
  expect(await pipeline([1, 2]).map(Model.method("predict", 4), { mode: "async" }).toArray()).toEqual([4, 8]);
});

test("a running pool serves several stages, and lives on", async () => {
  const pool = Model.options({ mode: "thread", maxWorkers: 2 }).init(5);
  try {
    const ref = Model.method("predict");
    const line = pipeline(numbers(10)).map(ref, { pool }).map(ref, { pool, workers: 1 }).ordered();
    expect(await line.toArray()).toEqual(numbers(10).map((x) => x * 25));
    expect(pool.stopped).toBe(false);
    expect(await pool.predict(2)).toBe(10);
  } finally {
    await pool.stop();
  }
});

test("the limits of a running pool hold for all stages that use it together, also after a break", async () => {
  using journal = new Journal();
  const pool = Guarded.options({
    mode: "thread",
    maxWorkers: 4,
    limits: [new ResourceLimit({ key: "model", capacity: 2 })],
    env: journal.env,
  }).init();
  try {
    const ref = Guarded.method("guarded");
    const line = pipeline(numbers(20)).map(ref, { pool }).map(ref, { pool }).ordered();
    expect(await line.toArray()).toEqual(numbers(20).map((x) => x + 2));
    expect(mostAtOnce(journal)).toBe(2);

    const run = pipeline(numbers(20))
      .map(ref, { pool })
      .map(Guarded.method("waits"), { pool, workers: 2 })
      .start();
    void run[Symbol.asyncIterator]().next();
    await until(() => journal.notes("waits").length === 2);
    await run.stop();
    expect(pool.stopped).toBe(false);
    expect(pool.getPoolStats().cancelled).toBeGreaterThanOrEqual(2);
    expect(await line.toArray()).toEqual(numbers(20).map((x) => x + 2));
    expect(mostAtOnce(journal)).toBe(2);
  } finally {
    await pool.stop();
  }
});

test.each([
  ["thread", 1, 3],
  ["thread", 2, 2],
  ["async", 1, 3],
] as const)(
  "a stage takes all slots: in a %s pool of %i with %i each",
  async (mode, maxWorkers, concurrency) => {
    const pool = TaskPool.options({ mode, maxWorkers, concurrency }).init();
    const slots = maxWorkers * concurrency;
    const run = pipeline(Array.from({ length: 20 }, () => 2))
      .map(functions.stuckAtTwo, { pool })
      .start();
    const next = run[Symbol.asyncIterator]().next();
    try {
      await until(() => pool.getPoolStats().running === slots);
      expect(pool.getPoolStats()).toMatchObject({ concurrency, queued: 0 });
    } finally {
      await run.stop();
      await next;
      await pool.stop();
    }
  },
);

/** How many were in at once. */
function mostAtOnce(journal: Journal): number {
  let [within, most] = [0, 0];
  for (const { what } of journal.notes()) {
    if (what === "in") most = Math.max(most, ++within);
    else if (what === "out") within--;
  }
  return most;
}

test("a TaskPool runs the functions of stages", async () => {
  const pool = TaskPool.options({ mode: "thread", maxWorkers: 2 }).init();
  try {
    const line = pipeline(numbers(10))
      .map(functions.squared, { pool })
      .map(functions.tenfold, { pool })
      .ordered();
    expect(await line.toArray()).toEqual(numbers(10).map((x) => x * x * 10));
  } finally {
    await pool.stop();
  }
});

test("a generator function is refused where a pool of functions can't stream its items", async () => {
  const threads = TaskPool.options({ mode: "thread" }).init();
  const here = TaskPool.options({ mode: "async" }).init();
  try {
    const line = pipeline([1]);
    expect(() => line.flatMap(functions.threeGenerated, { pool: threads })).toThrow(
      new TypeError(
        "flatMap() got the generator function threeGenerated with a pool of functions, which can't stream its items; " +
          'set mode: "thread" or "process" instead, or make it a * method of a worker class',
      ),
    );
    expect(await line.flatMap(functions.threeArray, { pool: threads }).toArray()).toEqual([1, 2, 3]);
    expect(await line.flatMap(functions.threeGenerated, { pool: here }).toArray()).toEqual([1, 2, 3]);
  } finally {
    await Promise.all([threads.stop(), here.stop()]);
  }
});

test("a task with workers of its own uses them where the stage says nothing else", async () => {
  try {
    const line = pipeline(numbers(10)).map(functions.tripled).ordered();
    expect(await line.toArray()).toEqual(numbers(10).map((x) => x * 3));
    expect(functions.tripled.getPoolStats().completed).toBe(10);
    expect(await pipeline([1]).map(functions.tripled, { mode: "process" }).toArray()).toEqual([3]);
  } finally {
    await functions.tripled.stop();
  }
});

test("a task without options is a plain function here, and is found in workers", async () => {
  expect(await pipeline([1, 2]).map(functions.tenfold).toArray()).toEqual([10, 20]);
  expect(await pipeline([1, 2]).map(functions.tenfold, { mode: "thread" }).toArray()).toEqual([10, 20]);
});

test("what contradicts a pool is refused at the call", async () => {
  const pool = Model.options({ mode: "async" }).init();
  try {
    const ref = Model.method("predict");
    const line = pipeline(numbers(3));
    expect(() => line.map(ref, { pool, mode: "thread" })).toThrow(TypeError);
    expect(() => line.map(functions.same, { pool })).toThrow("a TaskPool");
    expect(() => line.map(Model.method("predict", 3), { pool })).toThrow(
      new TypeError(
        'pool and constructor arguments exclude each other: its workers exist already; write Model.method("predict")',
      ),
    );
    expect(() => line.map(ref, { mode: "thread", onStart: () => {} })).toThrow(TypeError);
    expect(() => line.map(functions.tripled, { timeoutMs: 5 })).toThrow(TypeError);
  } finally {
    await pool.stop();
  }
});
