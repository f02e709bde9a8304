import { describe, expect, test } from "vitest";
import { ratiosToJudge } from "../src/run/row.ts";
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

  test("a goal of not being slower allows ratios that differ much, when most are wins", () => {
    const ratios = [...Array.from({ length: 6 }, () => 0.9), ...Array.from({ length: 9 }, () => 1.3)];
    expect(judge(ratios, 1.1).verdict).toBe("tie");
    expect(judge(ratios, 1.25).verdict).toBe("missed");
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

  test("without a goal the verdict stays open, however good or bad the ratios are", () => {
    expect(judge(always(9), undefined).verdict).toBe("open");
    expect(judge(always(0.1), undefined)).toMatchObject({ verdict: "open", ratio: 0.1, isTie: false });
  });
});

describe("what ours is judged by", () => {
  const rounds = (...speeds: number[]) => ({
    rounds: speeds.map((speed, round) => ({ round, calls: 1, elapsedMs: 1, speed })),
  });
  const own = rounds(30, 60);
  const best = rounds(10, 10);
  const peers = [{ name: "raw", ...rounds(60, 60) }];

  test("it is the best peer, when the workload says nothing else", () => {
    expect(ratiosToJudge(own, best, undefined, peers)).toEqual([3, 6]);
    expect(ratiosToJudge(own, undefined, undefined, peers)).toBeUndefined();
  });

  test("a yardstick that is a peer takes the place of the best one", () => {
    expect(ratiosToJudge(own, best, { peer: "raw" }, peers)).toEqual([0.5, 1]);
  });

  test("a yardstick that didn't run judges nothing: the best peer doesn't stand in for it", () => {
    expect(ratiosToJudge(own, best, { peer: "absent" }, peers)).toBeUndefined();
  });

  test("a yardstick may be a fixed figure, which needs no peer", () => {
    expect(ratiosToJudge(own, undefined, { speed: 15, words: "15" }, [])).toEqual([2, 4]);
  });
});
