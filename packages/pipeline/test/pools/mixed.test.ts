import { pipeline, type StageMode } from "@concurry/pipeline";
import { WorkerCrashedError } from "concurry";
import { expect, test } from "vitest";
import * as functions from "#workers/functions";
import { numbers } from "../support.ts";

const MODES: readonly StageMode[] = ["sync", "async", "thread", "process"];
const pairs = MODES.flatMap((first) =>
  MODES.filter((second) => second !== first).map((second) => [first, second]),
);

test.each(pairs as [StageMode, StageMode][])(
  "a %s stage and a %s one, put in order",
  async (first, second) => {
    const optionsOf = (mode: StageMode) => ({ mode, workers: mode === "sync" ? 1 : 2 });
    const line = pipeline(numbers(30))
      .map(functions.randomlyLate, optionsOf(first))
      .map(functions.randomlyLate, optionsOf(second))
      .ordered();
    expect(await line.toArray()).toEqual(numbers(30).map((x) => x * 4));
  },
);

test("sync, process and async stages keep indexes across modes", async () => {
  const results = await pipeline([1, 2, 3])
    .flatMap(functions.plusAndMinus)
    .map(functions.doubled, { mode: "process", workers: 3 })
    .filter(async (x) => x !== -4, { mode: "async" })
    .ordered()
    .withIndex()
    .toArray();
  expect(results.map(({ value }) => value)).toEqual([2, -2, 4, 6, -6]);
  expect(results.map(({ index }) => index.join())).toEqual(["0,0", "0,1", "1,0", "2,0", "2,1"]);
});

test("an element whose worker was killed is tried again where that class is among those to retry", async () => {
  const run = pipeline(numbers(8))
    .map(functions.killsItselfOnce, { mode: "process", onError: { on: WorkerCrashedError, waitMs: 1 } })
    .ordered()
    .start();
  const results: number[] = [];
  for await (const value of run) results.push(value);
  expect(results).toEqual(numbers(8));
  expect(run.stats().stages[0]).toMatchObject({ retried: 1, restarts: 1 });
});

test("the limits of a stage are those of its workers", async () => {
  const results = await pipeline([1, 2, 3])
    .map(async (x, { worker }) => (await worker.limits.tryAcquire({})) !== null && x, { mode: "async" })
    .toArray();
  expect(results).toEqual([1, 2, 3]);
});
