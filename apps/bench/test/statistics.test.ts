import { describe, expect, test } from "vitest";
import { median, quantile, ratiosPerRound } from "../src/statistics.ts";

describe("statistics", () => {
  test("the median of an odd number of values is the middle one, whatever their order", () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  test("the median of an even number of values lies between the two in the middle", () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  test("values are ordered as numbers, not as text", () => {
    expect(median([10, 9, 100])).toBe(10);
  });

  test("a quantile is interpolated between neighbours", () => {
    expect(quantile([0, 10, 20, 30, 40], 0.25)).toBe(10);
    expect(quantile([0, 10], 0.25)).toBe(2.5);
    expect(quantile([0, 10], 1)).toBe(10);
    expect(quantile([0, 10], 0)).toBe(0);
  });

  test("no values have no quantile", () => {
    expect(quantile([], 0.5)).toBeNaN();
  });

  test("ratios pair the figures of the same round and leave out rounds that one side has not", () => {
    const ours = new Map([
      [0, 10],
      [1, 30],
      [3, 50],
    ]);
    const theirs = new Map([
      [1, 10],
      [2, 99],
      [3, 100],
    ]);
    expect(ratiosPerRound(ours, theirs)).toEqual([3, 0.5]);
  });
});
