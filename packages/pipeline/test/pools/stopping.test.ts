import { once } from "node:events";
import { errorContext, pipeline } from "@concurry/pipeline";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as functions from "#workers/functions";
import { busyAfterNote, noteDone, noteStart, waitsAfterItem, waitsAfterNote } from "#workers/noting";
import { Journal } from "../journal.ts";
import { Started } from "../started.ts";
import { countingSource, errorOf, numbers, until } from "../support.ts";

// Far above what these stops take: what is left after it is killed.
const LONG_STOP_MS = 10_000;
// The promise is one second, or two where workers have to be ended; a busy machine may need more, a hang never ends.
const SOON_MS = 2000;

let started: Started;

beforeEach(() => {
  started = new Started();
});

afterEach(() => started.close());

describe.each(["thread", "process"] as const)("in %s mode", (mode) => {
  test("an error among four workers with full queues ends the run soon, and leaves no worker", async () => {
    let firstAt = 0;
    const run = pipeline(numbers(100)).map(functions.failsAtTen, { mode, workers: 4, maxsize: 4 }).start();
    const drain = async (): Promise<void> => {
      for await (const _ of run) firstAt ||= performance.now();
    };
    await expect(drain()).rejects.toThrow("ten");
    expect(performance.now() - firstAt).toBeLessThan(SOON_MS);
    expect(started.living()).toEqual([]);
  });

  test.each([
    { how: "a stop", reason: undefined },
    { how: "a signal that aborts", reason: new Error("enough") },
  ])("$how ends a function that is busy for seconds, and its worker is told as lost", async ({ reason }) => {
    using journal = new Journal();
    const controller = new AbortController();
    const lost: number[] = [];
    const run = pipeline([0, 10_000])
      .map(busyAfterNote, { mode, env: journal.env, onLost: ({ index }) => lost.push(index) })
      .start({ signal: controller.signal, stopMs: 300 });
    const reader = run[Symbol.asyncIterator]();
    expect(await reader.next()).toEqual({ done: false, value: 0 });
    const next = reader.next().catch((error: unknown) => error);
    await until(() => journal.calls().includes(10_000));
    const stoppedAt = performance.now();
    if (reason === undefined) void run.stop();
    else controller.abort(reason);
    expect(await next).toEqual(reason ?? { done: true, value: undefined });
    expect(performance.now() - stoppedAt).toBeLessThan(SOON_MS);
    expect([lost, started.count, started.living()]).toEqual([[0], 1, []]);
    expect(run.stats().stages[0]).toMatchObject({ queued: 0, running: 0, cancelled: 1 });
  });

  test.each([
    { what: "waits", operation: "map", f: waitsAfterNote, input: [1, 2] },
    { what: "waits with an item half made", operation: "flatMap", f: waitsAfterItem, input: [1, 2] },
    { what: "is busy", operation: "map", f: busyAfterNote, input: [400, 401] },
  ] as const)(
    "a function that $what and does not heed its signal keeps no worker from its onDone, and none is started in its place",
    async ({ operation, f, input }) => {
      using journal = new Journal();
      const options = { mode, workers: 2, env: journal.env, onStart: noteStart, onDone: noteDone };
      const lost: number[] = [];
      const line = pipeline<number>([...input, 3, 4]);
      const told = { ...options, maxsize: 2, onLost: ({ index }: { index: number }) => lost.push(index) };
      const run = (
        operation === "map" ? line.map(f as typeof busyAfterNote, told) : line.flatMap(waitsAfterItem, told)
      ).start({ stopMs: LONG_STOP_MS });
      const drained = (async () => {
        for await (const _ of run);
      })();
      await until(() => journal.calls().length === 2);
      await run.stop();
      await drained;
      expect([started.count, started.living(), lost]).toEqual([2, [], []]);
      expect(run.stats().stages[0]).toMatchObject({ queued: 0, running: 0 });
      const dones = journal.notes("done");
      expect(dones.map(({ reason }) => reason)).toEqual(["break", "break"]);
      expect(dones.map(({ done }) => done).sort()).toEqual([false, true]);
    },
  );

  test("results that were there before an error are delivered first, if that is wanted", async () => {
    const seen: number[] = [];
    const failing = pipeline(numbers(10)).map(functions.failsAtThree, { mode });
    const drain = async (): Promise<void> => {
      for await (const value of failing.start({ drainOnError: true, maxsize: 20 })) seen.push(value);
    };
    await expect(drain()).rejects.toBeInstanceOf(functions.PickyError);
    expect(seen).toEqual([0, 1, 2]);
  });

  test("an element that can't be cloned fails, with its place", async () => {
    const elements = [{ deep: 1 }, { deep: { secret: Symbol("mine") } }];
    const error = await errorOf(pipeline<object>(elements).map(functions.place, { mode, name: "far" }));
    expect(error).toMatchObject({
      name: "SerializationError",
      path: expect.stringContaining(".deep.secret"),
    });
    expect(errorContext(error)).toMatchObject({ stage: "far", index: [1] });
  });

  test("a stream that is destroyed or cancelled ends the workers that fill it", async () => {
    const { source, counts } = countingSource();
    const line = pipeline(source).map(functions.same, { mode });
    const readable = line.toReadable();
    const [first] = (await once(readable, "data")) as [number];
    readable.destroy();
    await once(readable, "close");
    const reader = line.toReadableStream().getReader();
    expect([first, await reader.read()]).toEqual([0, { done: false, value: 0 }]);
    await reader.cancel();
    expect([started.living(), counts.closed]).toEqual([[], 2]);
  });
});

test.each([
  ["process", "async"],
  ["async", "process"],
  ["thread", "process"],
  ["sync", "thread"],
] as const)(
  "an error or a break under full queues between a %s and a %s stage leaves nothing",
  async (...modes) => {
    const { source, counts } = countingSource(100);
    const options = modes.map((mode) => ({ mode, maxsize: 1 }));
    const [first, second] = options;
    const whole = pipeline(source).map(functions.same, first).map(functions.same, second);
    for await (const _ of whole) break;
    const failing = pipeline(source).map(functions.same, first).map(functions.failsAtThree, second);
    expect(await errorOf(failing)).toMatchObject({ message: "three" });
    const early = pipeline(source).map(functions.failsAtThree, first).map(functions.same, second);
    expect(await errorOf(early)).toMatchObject({ message: "three" });
    expect([started.living(), counts.closed]).toEqual([[], 3]);
  },
);
