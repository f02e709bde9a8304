import { describe, expect, test } from "vitest";
import { isTie, judge, VERDICT_ROUNDS } from "../src/verdict.ts";

/** As many equal ratios as a verdict needs. */
function always(ratio: number): number[] {
  return Array.from({ length: VERDICT_ROUNDS }, () => ratio);
}

describe("verdict", () => {
  test("a goal is reached when median and lower quartile are high enough", () => {
    expect(judge(always(3.5), 3.5).verdict).toBe("reached");
  });

  test("a median just below the goal misses it", () => {
    expect(judge(always(3.49), 3.5).verdict).toBe("missed");
  });

  test("a good median with a low quartile more than five percent below the goal misses it", () => {
    const ratios = [...Array.from({ length: 6 }, () => 9), ...Array.from({ length: 9 }, () => 11)];
    const comparison = judge(ratios, 10);
    expect(comparison.ratio).toBe(11);
    expect(comparison.lowerQuartile).toBe(9);
    expect(comparison.verdict).toBe("missed");
  });

  test("a quartile within five percent below the goal is good enough", () => {
    const ratios = [...Array.from({ length: 6 }, () => 9.6), ...Array.from({ length: 9 }, () => 11)];
    expect(judge(ratios, 10).verdict).toBe("reached");
  });

  test("a goal of not being slower allows a tie", () => {
    expect(judge(always(0.95), 1).verdict).toBe("tie");
    expect(judge(always(1.05), 1.2).verdict).toBe("tie");
  });

  test("a loss of 15 percent and more is no tie", () => {
    expect(judge(always(0.86), 1).verdict).toBe("missed");
  });

  test("a goal of being clearly faster allows no tie", () => {
    expect(judge(always(1.1), 1.25).verdict).toBe("missed");
  });

  test("a difference counts as a tie below 15 percent on either side", () => {
    expect([1.14, 1, 0.88].map(isTie)).toEqual([true, true, true]);
    expect([1.15, 0.86].map(isTie)).toEqual([false, false]);
  });

  test("too few rounds give a verdict that is not final", () => {
    expect(judge(always(2).slice(1), 1).isFinal).toBe(false);
    expect(judge(always(2), 1).isFinal).toBe(true);
  });
});
