import { describe, expect, test } from "vitest";
import { inTurns } from "../src/own/in-turns.ts";
import { medianFigure, type OwnFigure, ownVerdict, scaledCalls } from "../src/own/own-figure.ts";
import { formatOwn } from "../src/report/own-table.ts";
import { readOptions } from "../src/run/options.ts";
import { heapSlope } from "../src/soak/heap-slope.ts";

const ABOUT = { workload: "inline", title: "one by one", unit: "us per call" };

function figure(value: number, more: Partial<OwnFigure> = {}): OwnFigure {
  return { ...ABOUT, value, samples: [value], ...more };
}

describe("figures without peers", () => {
  test("the value is the median of the samples, which are kept", () => {
    expect(medianFigure(ABOUT, [3, 1, 9])).toEqual({ ...ABOUT, value: 3, samples: [3, 1, 9] });
  });

  test("a goal is the most that a cost may be, or the least that a rate must be; to meet it is enough", () => {
    const verdicts = (goal: OwnFigure["goal"] & object) =>
      [0.9, 1, 1.1].map((value) => ownVerdict({ value, goal }));
    expect(verdicts({ atMost: 1 })).toEqual(["reached", "reached", "missed"]);
    expect(verdicts({ atLeast: 1 })).toEqual(["missed", "reached", "reached"]);
  });

  test("no figure reaches a goal by being no number", () => {
    expect(ownVerdict({ value: Number.NaN, goal: { atMost: 1 } })).toBe("missed");
    expect(ownVerdict({ value: Number.NaN, goal: { atLeast: 1 } })).toBe("missed");
  });

  test("without a goal the verdict stays open", () => {
    expect(ownVerdict({ value: 5 })).toBe("open");
  });

  test("the table shows goal and verdict, a miss like a hit", () => {
    const table = formatOwn([
      figure(1.234, { goal: { atMost: 1.5 } }),
      figure(0.85, { unit: "x", goal: { atLeast: 0.9 } }),
      figure(1234),
    ]);
    expect(table.split("\n").map((line) => line.trim().replace(/ {2,}/g, " | "))).toEqual([
      "",
      "inline",
      "one by one | 1.23 us per call | at most 1.5: reached",
      "one by one | x0.85 | at least 0.9: MISSED",
      "one by one | 1234 us per call",
    ]);
  });

  test("a scale makes fewer calls, but never too few", () => {
    expect([scaledCalls(1000, 0.5, 10), scaledCalls(1000, 0.001, 10)]).toEqual([500, 10]);
  });
});

describe("ways in turns", () => {
  test("each way has a figure per round, is first equally often, and what warms up isn't counted", async () => {
    const order: string[] = [];
    let run = 0;
    const way = (name: string) => async () => {
      order.push(name);
      run += 1;
      return run;
    };
    const figures = await inTurns([way("a"), way("b")], 2);
    expect(order.join("")).toBe("abba" + "abba");
    expect(figures).toEqual([
      [5, 8],
      [6, 7],
    ]);
  });
});

describe("the slope of the heap", () => {
  const points = (heapOf: (calls: number) => number) =>
    Array.from({ length: 10 }, (_, index) => ({ calls: index * 100, heapBytes: heapOf(index * 100) }));

  test("a heap that goes up and down but stays where it is has none", () => {
    const slope = heapSlope(points((calls) => 5000 + (calls % 200 === 0 ? 10 : -10)));
    expect(Math.abs(slope)).toBeLessThan(0.05);
  });

  test("growth is found per call", () => {
    expect(heapSlope(points((calls) => 5000 + 3 * calls))).toBeCloseTo(3);
  });

  test("what is built up in the first fifth doesn't count", () => {
    expect(heapSlope(points((calls) => (calls < 200 ? 0 : 5000)))).toBeCloseTo(0);
  });

  test("one sample has no slope", () => {
    expect(heapSlope([{ calls: 1, heapBytes: 1 }])).toBeNaN();
  });
});

describe("options", () => {
  test("--own takes workloads of its own and leaves out those with peers", () => {
    expect(readOptions(["--own", "--workloads", "overhead"])).toMatchObject({ own: ["overhead"], cases: [] });
    expect(readOptions(["--own"])?.own).toContain("fairness");
    expect(readOptions([])?.own).toEqual([]);
    expect(() => readOptions(["--own", "--workloads", "burst"])).toThrow(/"burst" is none of inline-async, /);
  });

  test("--soak takes minutes, also parts of one", () => {
    expect(readOptions(["--soak", "0.5"])?.soakMinutes).toBe(0.5);
    expect(readOptions([])?.soakMinutes).toBeUndefined();
    expect(() => readOptions(["--soak", "0"])).toThrow(RangeError);
  });
});
