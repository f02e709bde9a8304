import { concat, pipeline } from "@concurry/pipeline";
import { describe, expect, test } from "vitest";
import { lateAtZero, same, skipsSevenths, spread } from "#workers/functions";
import { countingSource, numbers, sorted } from "../support.ts";

describe.each(["thread", "process"] as const)("in %s mode", (mode) => {
  test("an ordered with a narrow window gives each result as soon as it can, and never holds more", async () => {
    const { source, counts } = countingSource(1000);
    const line = pipeline(source).map(lateAtZero, { mode, workers: 4 }).ordered({ window: 8 });
    let delivered = 0;
    for await (const value of line.start({ maxsize: 1 })) {
      expect(value).toBe(delivered);
      delivered++;
      // Two that are in order wait for the reader, and it has one in hand.
      expect(counts.pulled - delivered).toBeLessThanOrEqual(8 + 2);
    }
    expect(delivered).toBe(1000);
  });

  test("filters, losses, batches and flatMaps between a narrow window and its source never lock up", async () => {
    const results = await pipeline(numbers(1000))
      .filter((x) => x % 3 !== 0)
      .map(skipsSevenths, { mode, workers: 2, onError: "skip" })
      .batch(100)
      .flatMap(spread, { mode, workers: 2 })
      .ordered({ window: 8 })
      .toArray();
    expect(sorted(results)).toEqual(numbers(1000).filter((x) => x % 3 !== 0 && x % 7 !== 0));
  });

  test("a tee whose one branch is much slower gives all elements twice, in order, and reads no further", async () => {
    const { source, counts } = countingSource(100);
    const [left, right] = pipeline(source).tee(2, { maxsize: 2 });
    const slow = right.map(lateAtZero, { mode, maxsize: 2 }).map(async (x) => x + 0.5, { mode: "async" });
    const results: number[] = [];
    // All that the slow branch can hold: the tee's queue, its stages with theirs, its place in the concat, and one each
    // that was read ahead. What the fast one gave before is still with the ordered.
    const most = 2 + (2 + 1) + (2 + 1) + 2 + 2;
    for await (const value of concat([left.map(same), slow])
      .ordered()
      .start({ maxsize: 1 })) {
      results.push(value);
      expect(counts.pulled - results.length / 2).toBeLessThanOrEqual(most);
    }
    expect(results).toEqual(numbers(100).flatMap((x) => [x, x + 0.5]));
  });
});
