import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { gather } from "../../src/future/gather.ts";
import type { BarState } from "../../src/progress/bar-state.ts";
import { BarsOfWorker } from "../../src/progress/bars-of-worker.ts";
import { ProgressBar } from "../../src/progress/progress-bar.ts";
import { type BarNote, provideBarLane } from "../../src/progress/remote-bar.ts";
import { LineRow } from "../../src/progress/render-lines.ts";
import { realm } from "../../src/protocol/realm.ts";

let notes: BarNote[] = [];

/** Of each note what matters here. */
function told(): (readonly [count: number, end: string | undefined])[] {
  return notes.map(({ state }) => [state.count, state.end?.how]);
}

beforeEach(() => {
  notes = [];
  // As in a worker: what a bar tells of itself is all there is to see.
  provideBarLane((note) => notes.push(structuredClone(note)));
});
afterEach(() => {
  realm().registries.delete("bar lane");
  vi.useRealTimers();
});

describe("a progress bar", () => {
  test("counts the items of a loop and succeeds at its end", () => {
    const bar = new ProgressBar(new Set(["a", "b"]), { description: "Letters" });
    expect(notes).toEqual([]);
    expect([...bar]).toEqual(["a", "b"]);
    expect(notes[0]?.state).toMatchObject({
      description: "Letters",
      unit: "items",
      total: 2,
      count: 0,
      end: null,
    });
    expect(told().at(-1)).toEqual([2, "succeeded"]);
  });

  test("begins anew with a second loop", () => {
    const bar = new ProgressBar([1, 2, 3]);
    for (const item of bar) if (item === 2) break;
    expect(told().at(-1)).toEqual([1, "stopped"]);
    expect([...bar]).toHaveLength(3);
    expect(told().at(-1)).toEqual([3, "succeeded"]);
    expect(new Set(notes.map((note) => note.bar)).size).toBe(2);
  });

  test("closes what it goes over when the loop is left", async () => {
    const closed = vi.fn();
    function* numbers(): Generator<number> {
      try {
        yield* [1, 2];
      } finally {
        closed();
      }
    }
    for (const _item of new ProgressBar(numbers())) break;
    for await (const _item of new ProgressBar(numbers())) break;
    expect(closed).toHaveBeenCalledTimes(2);
    expect(told().at(-1)).toEqual([0, "stopped"]);
  });

  test("fails with what it goes over, and is stopped by an error in the loop", async () => {
    async function* failing(): AsyncGenerator<number> {
      yield 1;
      throw new Error("out of paper");
    }
    const loop = async (): Promise<void> => {
      for await (const _item of new ProgressBar(failing(), { total: 5 }));
    };
    await expect(loop()).rejects.toThrow("out of paper");
    expect(notes.at(-1)?.state).toMatchObject({ count: 1, end: { how: "failed", message: "out of paper" } });

    expect(() => {
      for (const item of new ProgressBar([1])) throw new Error(`mine ${item}`);
    }).toThrow("mine 1");
    expect(told().at(-1)).toEqual([0, "stopped"]);
  });

  test("awaits promises among the items, as for await does", async () => {
    const seen: number[] = [];
    for await (const item of new ProgressBar([Promise.resolve(1), Promise.resolve(2)])) seen.push(item);
    expect(seen).toEqual([1, 2]);
  });

  test("ends once, and then does nothing more", () => {
    const bar = new ProgressBar({ total: 2 });
    bar.setTotal(4);
    bar.setDescription("later");
    bar.success("fine");
    bar.failure("no");
    bar.stop();
    bar.update();
    expect(notes).toHaveLength(2);
    expect(notes.at(-1)?.state).toMatchObject({
      total: 4,
      count: 0,
      description: "later",
      end: { how: "succeeded", message: "fine" },
    });
  });

  test("is stopped by using, and by the end of its worker", () => {
    new ProgressBar()[Symbol.dispose]();
    expect(told()).toEqual([
      [0, undefined],
      [0, "stopped"],
    ]);
    notes = [];
    const bars = new BarsOfWorker();
    const state = {
      style: "auto",
      unit: "x",
      description: "",
      count: 1,
      total: 2,
      startedAt: 1,
      end: null,
    } as const;
    bars.receive({ bar: 7, state });
    bars.close();
    bars.close();
    expect(told()).toEqual([
      [1, undefined],
      [1, "stopped"],
    ]);
  });

  test("in a worker tells of itself at most ten times a second, but of its last state for sure", () => {
    vi.useFakeTimers({ now: 1_000_000 });
    const bar = new ProgressBar({ total: 10_000 });
    for (let index = 0; index < 5000; index += 1) bar.update();
    expect(told()).toEqual([[0, undefined]]);
    vi.advanceTimersByTime(100);
    expect(told().at(-1)).toEqual([5000, undefined]);
    for (let step = 0; step < 1000; step += 1) {
      bar.update();
      vi.advanceTimersByTime(1);
    }
    expect(notes.length).toBeLessThanOrEqual(12);
    bar.update();
    bar.success();
    expect(told().at(-1)).toEqual([6001, "succeeded"]);
    const { length } = notes;
    vi.advanceTimersByTime(1000);
    expect(notes).toHaveLength(length);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("that is silent or disabled tells nobody", () => {
    for (const bar of [new ProgressBar({ style: "silent" }), new ProgressBar({ disable: true })])
      bar.success();
    expect(notes).toEqual([]);
    new ProgressBar({ style: "ray" }).stop();
    expect(notes[0]?.state.style).toBe("auto");
  });

  test.each<[string, () => unknown, string]>([
    ["an unknown option", () => new ProgressBar({ desc: "a" } as object), 'did you mean "description"?'],
    [
      "a negative total",
      () => new ProgressBar({ total: -1 }),
      "total must be a finite number of at least 0, got -1",
    ],
    ["a style that there isn't", () => new ProgressBar({ style: "rich" as never }), '"auto", "bar", "line"'],
    ["no iterable", () => new ProgressBar(7 as never, {}), "must be an iterable, got 7"],
    ["a number that is none", () => new ProgressBar().update(Number.NaN), "a finite number, got NaN"],
    [
      "a loop over nothing",
      () => [...new ProgressBar()],
      "for … of needs a ProgressBar of what it can go over",
    ],
  ])("refuses %s", (_what, attempt, message) => {
    expect(attempt).toThrow(message);
  });
});

describe("gather with progress", () => {
  test("counts what settles, and succeeds", async () => {
    const same = Promise.resolve(1);
    await gather([same, same, 2], { progress: { description: "All", total: 3 } });
    expect(notes[0]?.state).toMatchObject({ description: "All", total: 3 });
    expect(told().at(-1)).toEqual([3, "succeeded"]);
  });

  test("fails with the first failure, with the time limit, and with failures that are values", async () => {
    const failing = Promise.reject(new Error("no paper"));
    await expect(gather([failing], { progress: true })).rejects.toThrow("no paper");
    expect(notes.at(-1)?.state.end).toMatchObject({ how: "failed", message: "no paper" });
    await expect(gather([new Promise(() => {})], { progress: true, timeoutMs: 1 })).rejects.toThrow(
      "within 1 ms",
    );
    expect(told().at(-1)).toEqual([0, "failed"]);
    await gather([failing, 1], { progress: true, returnExceptions: true });
    expect(notes.at(-1)?.state).toMatchObject({ count: 2, end: { how: "failed", message: "1 failed" } });
  });

  test("refuses wrong options before it shows anything", async () => {
    await expect(gather([], { progress: { totl: 1 } as object })).rejects.toThrow('"total"');
    expect(notes).toEqual([]);
  });
});

test("lines come at most every five seconds, and only when something has changed", () => {
  let now = 0;
  const written: string[] = [];
  const startedAt = Date.now() - 2000;
  const state: BarState = {
    style: "line",
    unit: "files",
    description: "A\n\x1b[31mB",
    count: 0,
    total: 8,
    startedAt,
    end: null,
  };
  const row = new LineRow(
    state,
    (text) => written.push(text),
    () => now,
  );
  state.count = 2;
  for (now = 0; now < 5000; now += 100) row.touch();
  expect(written).toEqual([]);
  row.touch();
  row.touch();
  expect(written).toEqual([expect.stringMatching(/^A B: 2\/8 files, [\d.]+ files\/s, [\d.]+ s left\n$/)]);
  now = 20_000;
  state.end = { how: "failed", at: startedAt + 125_000, message: "no" };
  row.end();
  expect(written[1]).toBe("A B: failed after 2/8 files in 2 min 5 s: no\n");
});
