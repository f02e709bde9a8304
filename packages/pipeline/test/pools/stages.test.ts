import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { concat, type DoneStatus, errorContext, map, pipeline } from "@concurry/pipeline";
import { afterAll, describe, expect, test } from "vitest";
import * as functions from "#workers/functions";
import * as more from "#workers/late-and-lost";
import { after, countingSource, errorOf, numbers, sorted } from "../support.ts";

// What a stop may take on a machine that is busy; far below what the functions would.
const SOON_MS = 2000;
const nums = numbers(20);

/** What `tellDone` tells from threads; a process is not heard here. */
const told: unknown[] = [];
const channel = new BroadcastChannel("pipeline-test-done");
channel.onmessage = (event) => told.push((event as { data: unknown }).data);
afterAll(() => channel.close());

describe.each(["thread", "process"] as const)("in %s mode", (mode) => {
  test("map gives equal elements in order with one worker, and the same set with two", async () => {
    expect(await pipeline(nums).pipe(map(functions.same, { mode })).toArray()).toEqual(nums);
    expect(await pipeline([]).map(functions.same, { mode }).toArray()).toEqual([]);
    const squares = await pipeline(nums).map(functions.squared, { mode, workers: 2 }).toArray();
    expect(sorted(squares)).toEqual(nums.map((x) => x * x));
  });

  test("flatMap takes apart whatever the function returns, and indexes count on", async () => {
    const { threeArray, threeGenerated, threeAsync, threePromised } = functions;
    const line = concat(
      [threeArray, threeGenerated, threeAsync, threePromised].map((f) =>
        pipeline([1, 5]).flatMap(f, { mode }),
      ),
      { order: "source" },
    ).ordered();
    expect(await line.toArray()).toEqual(Array(4).fill([1, 2, 3, 5, 6, 7]).flat());
    const indexed = await pipeline([1, 2]).flatMap(functions.plusAndMinus, { mode }).withIndex().toArray();
    expect(indexed.map(({ index }) => index.join())).toEqual(["0,0", "0,1", "1,0", "1,1"]);
  });

  test("map, flatMap and filter together compute what plain code does", async () => {
    const results = await pipeline(nums)
      .map(functions.squared, { mode })
      .flatMap(functions.threeArray, { mode, workers: 2 })
      .filter(functions.isEven, { mode })
      .toArray();
    const plain = nums
      .map((x) => x * x)
      .flatMap(functions.threeArray)
      .filter((x) => x % 2 === 0);
    expect(sorted(results)).toEqual(sorted(plain));
  });

  test("each calls the function and yields nothing", async () => {
    expect(await pipeline(nums).each(functions.same, { mode }).toArray()).toEqual([]);
  });

  test("onStart runs once per worker, before its first element", async () => {
    const results = await pipeline(numbers(40))
      .map(functions.whoAmI, { mode, workers: 2, onStart: functions.startY })
      .ordered()
      .toArray();
    for (const [position, [y, startedAs, index, starts, element]] of results.entries()) {
      expect([y, startedAs, starts, element]).toEqual(["abc", index, 1, position]);
      expect([0, 1]).toContain(index);
    }
  });

  test("an error arrives with class, fields and cause, and where it came up", async () => {
    const error = await errorOf(pipeline(nums).map(functions.failsAtThree, { mode }));
    expect(error).toBeInstanceOf(functions.PickyError);
    expect(error).toMatchObject({ message: "three", field: 3, cause: new Error("deeper") });
    expect(errorContext(error)).toMatchObject({ stage: "failsAtThree", worker: 0, index: [3], attempt: 1 });
  });

  test("an error among several workers stops the run", async () => {
    const failing = pipeline(numbers(100)).map(functions.failsAtTen, { mode, workers: 2, maxsize: 4 });
    expect(await errorOf(failing)).toMatchObject({ message: "ten" });
  });

  test("errors of onStart and onDone reach the consumer", async () => {
    const { same, failOnStart, failOnDone } = functions;
    expect(await errorOf(pipeline(nums).map(same, { mode, onStart: failOnStart }))).toMatchObject({
      message: "onStart",
    });
    expect(await errorOf(pipeline(nums).map(same, { mode, onDone: failOnDone }))).toMatchObject({
      message: "onDone",
    });
  });

  test("what onStart returns is an object without the names of a context's own", async () => {
    const { startSignal, startNumber } = more;
    const line = (onStart: () => unknown) =>
      pipeline(nums).map(functions.same, { mode, onStart: onStart as never });
    expect(await errorOf(line(startSignal))).toMatchObject({
      name: "TypeError",
      message: 'onStart returned a resource named "signal", which is a name of the context\'s own',
    });
    expect(await errorOf(line(startNumber))).toMatchObject({
      name: "TypeError",
      message: "onStart must return a plain object or nothing, got 5",
    });
  });

  test("an element that failed is skipped, yielded or tried again, as the stage says", async () => {
    const { failsAtThree, failsTwiceAtOne } = functions;
    const skipping = pipeline(nums).map(failsAtThree, { mode, onError: "skip" }).start();
    const results: number[] = [];
    for await (const value of skipping) results.push(value);
    expect(results).toEqual(nums.filter((x) => x !== 3));
    expect(skipping.stats().stages[0]).toMatchObject({ skipped: 1 });
    const outcomes = await pipeline(nums).map(failsAtThree, { mode, onError: "yield" }).toArray();
    expect(outcomes.filter(({ ok }) => !ok)).toHaveLength(1);
    const retrying = pipeline(nums)
      .map(failsTwiceAtOne, { mode, onError: { retries: 2, waitMs: 1 } })
      .start();
    let count = 0;
    for await (const _ of retrying) count++;
    expect([count, retrying.stats().stages[0]?.retried]).toEqual([20, 2]);
  });

  test("a stuck element is dropped, and its worker replaced without counting as a restart", async () => {
    const lost: unknown[] = [];
    const run = pipeline(numbers(10))
      .map(functions.stuckAtTwo, { mode, timeoutMs: 300 })
      .start()
      .on("drop", (event) => lost.push(event));
    const results: number[] = [];
    for await (const value of run) results.push(value);
    expect(results).toEqual([0, 1, 3, 4, 5, 6, 7, 8, 9]);
    expect(lost).toEqual([{ stage: "stuckAtTwo", index: [2], value: 2, reason: "timeout" }]);
    expect(run.stats().stages[0]).toMatchObject({ timedOut: 1, restarts: 0 });
  });

  test("an endless loop and a wait without end cost their elements alone", async () => {
    const run = pipeline(numbers(8)).map(functions.stuckTwice, { mode, timeoutMs: 200 }).start();
    const results: number[] = [];
    for await (const value of run) results.push(value);
    expect(results).toEqual([0, 1, 2, 4, 6, 7]);
    expect(run.stats().stages[0]).toMatchObject({ timedOut: 2, restarts: 0 });
  });

  test("a value that can't be cloned fails its element, with its place", async () => {
    const error = await errorOf(pipeline(nums).map(functions.uncloneable, { mode }));
    expect(error).toMatchObject({ name: "SerializationError", path: ".deep.call" });
    expect(errorContext(error)).toMatchObject({ stage: "uncloneable", index: [2] });
  });

  test("leaving the loop closes the source and ends the workers", async () => {
    const { source, counts } = countingSource();
    const run = pipeline(source).map(functions.same, { mode, workers: 2, maxsize: 4 }).start({ stopMs: 300 });
    for await (const _ of run) break;
    expect(counts.closed).toBe(1);
    expect(run.stats()).toMatchObject({ state: "stopped", stages: [{ totalWorkers: 0 }] });
  });

  test("a function busy for seconds is ended when the loop is left, and its worker told as lost", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pipeline-"));
    const marker = join(folder, "begun");
    const lost: number[] = [];
    const run = pipeline([{ milliseconds: 0 }, { milliseconds: 5000, marker }])
      .map(functions.beBusy, { mode, onLost: ({ index }) => lost.push(index) })
      .start({ stopMs: 300 });
    for await (const _ of run) {
      while (!existsSync(marker)) await after(5);
      const startedAt = performance.now();
      await run.stop();
      expect(performance.now() - startedAt).toBeLessThan(SOON_MS);
      break;
    }
    rmSync(folder, { recursive: true });
    expect(lost).toEqual([0]);
  });

  test("a closure is refused, with what to do, before anything is pulled", async () => {
    const { source, counts } = countingSource();
    const text = `map() in ${mode} mode got a closure, which can't run in another ${mode}.`;
    expect(() => pipeline(source).map((x) => x, { mode })).toThrow(text);
    expect(() => pipeline(source).map(Math.abs.bind(Math), { mode })).toThrow(text);
    const error = await errorOf(pipeline(source).map(functions.makeClosure(), { mode }));
    expect(error).toMatchObject({ name: "WorkerNotFoundError", message: expect.stringContaining(text) });
    expect(counts.pulled).toBe(0);
  });
});

test("onDone runs for each worker, and the last one is told so", async () => {
  told.length = 0;
  await pipeline(nums).map(functions.same, { mode: "thread", workers: 3, onDone: functions.tellDone }).run();
  await heard(3);
  const statuses = told as DoneStatus[];
  expect(sorted(statuses.map(({ activeWorkers }) => activeWorkers))).toEqual([0, 1, 2]);
  expect(statuses.filter(({ done }) => done)).toMatchObject([{ activeWorkers: 0, reason: "end" }]);
});

test.each(["error", "break", "abort"] as const)("onDone runs also on %s", async (reason) => {
  told.length = 0;
  const controller = new AbortController();
  const f = reason === "error" ? functions.failsAtThree : functions.same;
  const line = pipeline(nums).map(f, { mode: "thread", workers: 2, onDone: functions.tellDone });
  try {
    for await (const _ of line.start({ signal: controller.signal, maxsize: 1 })) {
      if (reason === "break") break;
      if (reason === "abort") controller.abort(new Error("abort"));
    }
  } catch {
    // That is how it ends.
  }
  await heard(2);
  expect((told as DoneStatus[]).map((status) => status.reason)).toEqual([reason, reason]);
});

/** Waits until so many workers were heard. */
async function heard(count: number): Promise<void> {
  while (told.length < count) await after(5);
}

test("a stream is no further ahead than there is room behind its stage", async () => {
  const counts = new Int32Array(new SharedArrayBuffer(4));
  const run = pipeline([counts]).flatMap(more.counted, { mode: "thread" }).start({ maxsize: 3 });
  for await (const _ of run) {
    await after(200);
    break;
  }
  // One is here, three wait for the reader, one in the stage, three in the worker.
  expect(counts[0]).toBeLessThanOrEqual(8);
});

test("a worker that is killed fails only its element", async () => {
  const { killsItselfAtThree } = functions;
  const failing = pipeline(numbers(8)).map(killsItselfAtThree, { mode: "process" });
  const error = await errorOf(failing);
  expect(error).toMatchObject({ name: "WorkerCrashedError", signal: "SIGKILL" });
  expect(errorContext(error)).toMatchObject({ index: [3] });
  const results = await pipeline(numbers(8))
    .map(killsItselfAtThree, { mode: "process", onError: "skip" })
    .toArray();
  expect(results).toEqual([0, 1, 2, 4, 5, 6, 7]);
});
