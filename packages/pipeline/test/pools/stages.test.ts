import { concat, errorContext, map, pipeline } from "@concurry/pipeline";
import { describe, expect, test } from "vitest";
import * as functions from "#workers/functions";
import * as more from "#workers/late-and-lost";
import { after, countingSource, errorOf, numbers, sorted } from "../support.ts";

// What a stop may take on a machine that is busy; far below what the functions would.
const SOON_MS = 2000;
const nums = numbers(20);

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

  test("an error arrives with class, fields and cause, and where it came up", async () => {
    const error = await errorOf(pipeline(nums).map(functions.failsAtThree, { mode }));
    expect(error).toBeInstanceOf(functions.PickyError);
    expect(error).toMatchObject({ message: "three", field: 3, cause: new Error("deeper") });
    expect(errorContext(error)).toMatchObject({ stage: "failsAtThree", worker: 0, index: [3], attempt: 1 });
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

  test("what onStart returns is a plain object without the names of a context's own", async () => {
    const { startSignal, startNumber, startInstance, startArray } = more;
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
    expect(await errorOf(line(startInstance))).toMatchObject({
      name: "TypeError",
      message: "onStart must return a plain object or nothing, got Instance { factor: 2 }",
    });
    expect(await errorOf(line(startArray))).toMatchObject({
      name: "TypeError",
      message: "onStart must return a plain object or nothing, got [ 1 ]",
    });
  });

  test("a class is no function of a stage", () => {
    expect(() => pipeline(nums).map(functions.Model as never, { mode })).toThrow(
      new TypeError(
        `map() in ${mode} mode got a class, Model, which can't be called; of a worker class use Model.method("name")`,
      ),
    );
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

  test("a closure is refused, with what to do, before anything is pulled", async () => {
    const { source, counts } = countingSource();
    const text = `map() in ${mode} mode got a closure, which can't run in another ${mode}.`;
    expect(() => pipeline(source).map((x) => x, { mode })).toThrow(text);
    expect(() => pipeline(source).map(Math.abs.bind(Math), { mode })).toThrow(
      text.replace("a closure", "a bound function"),
    );
    const error = await errorOf(pipeline(source).map(functions.makeClosure(), { mode }));
    expect(error).toMatchObject({ name: "WorkerNotFoundError", message: expect.stringContaining(text) });
    expect(counts.pulled).toBe(0);
  });
});

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
  let lastAt = 0;
  const drain = async (): Promise<void> => {
    for await (const _ of failing) lastAt = performance.now();
  };
  const error: unknown = await drain().catch((thrown: unknown) => thrown);
  expect(performance.now() - lastAt).toBeLessThan(SOON_MS);
  expect(error).toMatchObject({ name: "WorkerCrashedError", signal: "SIGKILL" });
  expect(errorContext(error)).toMatchObject({ index: [3] });
  const results = await pipeline(numbers(8))
    .map(killsItselfAtThree, { mode: "process", onError: "skip" })
    .toArray();
  expect(results).toEqual([0, 1, 2, 4, 5, 6, 7]);
});
