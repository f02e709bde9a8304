import { pipeline } from "@concurry/pipeline";
import { describe, expect, test } from "vitest";
import { same, stuckAtTwo, thirdNever, threeInTime } from "#workers/functions";
import { after, numbers, sorted } from "../support.ts";

describe.each(["async", "thread", "process"] as const)("in %s mode", (mode) => {
  test("the time limit of a flatMap is that of each item: what came before it stays", async () => {
    const run = pipeline(numbers(2)).flatMap(thirdNever, { mode, workers: 2, timeoutMs: 200 }).start();
    const results: number[] = [];
    for await (const value of run) results.push(value);
    expect(sorted(results)).toEqual([0, 0.25, 1, 1.25]);
    expect(run.stats().stages[0]).toMatchObject({ timedOut: 2, dropped: 2, restarts: 0 });
  });

  test("items that take their time, but not too much of it, are all there", async () => {
    const line = pipeline(numbers(3)).flatMap(threeInTime, { mode, timeoutMs: 2000, maxsize: 2 });
    expect(await line.toArray()).toEqual([0, 0.25, 0.5, 1, 1.25, 1.5, 2, 2.25, 2.5]);
  });

  test("an element that took too long is tried again where errors are, and then left out", async () => {
    const attempts: number[] = [];
    const run = pipeline([1, 2, 3])
      .map(stuckAtTwo, { mode, timeoutMs: 150, onError: { retries: 1, waitMs: 1 } })
      .start()
      .on("retry", ({ index, attempt }) => attempts.push(index[0] as number, attempt));
    const results: number[] = [];
    for await (const value of run) results.push(value);
    expect([results, attempts]).toEqual([
      [1, 3],
      [1, 1],
    ]);
    expect(run.stats().stages[0]).toMatchObject({ timedOut: 2, retried: 1, dropped: 1, failed: 0 });
  });

  test("the time that a consumer takes counts for no time limit", async () => {
    const run = pipeline(numbers(3)).map(same, { mode, timeoutMs: 200, maxsize: 1 }).start();
    const results: number[] = [];
    for await (const value of run) {
      results.push(value);
      await after(250);
    }
    expect(results).toEqual([0, 1, 2]);
    expect(run.stats().stages[0]).toMatchObject({ timedOut: 0, dropped: 0 });
  });
});
