import { pipeline } from "@concurry/pipeline";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { failsAtThree, same } from "#workers/functions";
import { heedsAtTwo, noteDone, noteStart, withStart } from "#workers/noting";
import { Journal } from "../journal.ts";
import { Started } from "../started.ts";
import { countingSource, numbers, sorted } from "../support.ts";

// Far above what a stop takes: a worker that is killed meanwhile is told another reason than that of the run.
const stopMs = 10_000;
const hooks = { onStart: noteStart, onDone: noteDone };

describe.each(["thread", "process"] as const)("in %s mode", (mode) => {
  let started: Started;
  let journal: Journal;

  beforeEach(() => {
    started = new Started();
    journal = new Journal();
  });

  afterEach(() => {
    started.close();
    journal[Symbol.dispose]();
  });

  test("onStart runs once in each of four workers before its first element, and onDone before the loop ends", async () => {
    const results = await pipeline(numbers(100))
      .map(withStart, { mode, workers: 4, env: journal.env, ...hooks })
      .ordered()
      .toArray();
    expect(started.living()).toEqual([]);
    expect(results).toEqual(numbers(100).map((x) => [true, [x]]));
    const starts = journal.notes("start");
    expect(sorted(starts.map(({ index }) => index))).toEqual([0, 1, 2, 3]);
    for (const { place, index } of starts) {
      const own = journal.notes().filter((note) => note.place === place);
      expect([own[0]?.what, own.at(-1)?.what]).toEqual(["start", "done"]);
      expect(own.every((note) => note.index === index)).toBe(true);
    }
    const dones = journal.notes("done");
    expect(dones.map(({ activeWorkers }) => activeWorkers).sort()).toEqual([0, 1, 2, 3]);
    expect(dones.filter(({ done }) => done)).toMatchObject([{ activeWorkers: 0, reason: "end" }]);
  });

  test.each(["error", "break", "abort"] as const)(
    "onDone runs also on %s, for each worker that has started",
    async (reason) => {
      const controller = new AbortController();
      const line = pipeline(numbers(20)).map(reason === "error" ? failsAtThree : same, {
        mode,
        workers: 2,
        env: journal.env,
        ...hooks,
      });
      const leave = async (): Promise<string> => {
        for await (const _ of line.start({ signal: controller.signal, maxsize: 1, stopMs })) {
          if (reason === "break") return "break";
          if (reason === "abort") controller.abort(new Error("abort"));
        }
        return "end";
      };
      expect(await leave().catch(({ message }: Error) => message)).toBe(
        reason === "error" ? "three" : reason,
      );
      const dones = journal.notes("done");
      expect(dones.map((done) => done.reason)).toEqual([reason, reason]);
      expect(sorted(dones.map(({ index }) => index))).toEqual([0, 1]);
      expect(started.living()).toEqual([]);
    },
  );

  test("onDone runs also in a worker whose function took too long and heard of it", async () => {
    const lost: number[] = [];
    const results = await pipeline(numbers(5))
      .map(heedsAtTwo, {
        mode,
        timeoutMs: 300,
        graceMs: 5000,
        env: journal.env,
        ...hooks,
        onLost: ({ index }) => lost.push(index),
      })
      .toArray();
    expect(results).toEqual([0, 1, 3, 4]);
    const [starts, dones] = [journal.notes("start"), journal.notes("done")];
    expect(sorted(dones.map(({ index }) => index))).toEqual(sorted(starts.map(({ index }) => index)));
    expect(lost).toEqual([]);
  });

  test("an error of the source reaches the consumer, and no worker is left", async () => {
    const error = new Error("source");
    const source = function* () {
      yield* [1, 2];
      throw error;
    };
    const line = pipeline(source).map(same, { mode, workers: 2, env: journal.env, ...hooks });
    await expect(line.run({ stopMs })).rejects.toBe(error);
    expect(journal.notes("done").map(({ reason }) => reason)).toEqual(["error", "error"]);
    expect(started.living()).toEqual([]);
  });

  test("making a pipeline and its iterator pulls nothing and starts no worker", async () => {
    const { source, counts } = countingSource(3);
    const iterator = pipeline(source).map(same, { mode })[Symbol.asyncIterator]();
    expect([counts.pulled, started.count]).toEqual([0, 0]);
    expect(await iterator.next()).toEqual({ done: false, value: 0 });
    expect(started.count).toBe(1);
    await iterator.return?.();
    expect(started.living()).toEqual([]);
  });
});
