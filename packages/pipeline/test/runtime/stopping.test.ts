import { pipeline } from "@concurry/pipeline";
import { describe, expect, test } from "vitest";
import { after, countingSource, LOCAL_MODES, numbers, signal } from "../support.ts";

// What a stop may take here, on a machine that is busy; far below what it would take to wait for a stuck function.
const SOON_MS = 1000;

describe.each(LOCAL_MODES)("in %s mode", (mode) => {
  test("leaving the loop closes the source and runs onDone", async () => {
    const { source, counts } = countingSource();
    const told: unknown[] = [];
    for await (const _ of pipeline(source).map((x) => x, {
      mode,
      onStart: () => ({ open: true }),
      onDone: ({ open }, { reason }) => told.push([open, reason]),
    }))
      break;
    expect(counts.closed).toBe(1);
    expect(told).toEqual([[true, "break"]]);
  });

  test("leaving the loop aborts what runs, and the function hears of it", async () => {
    const heard: unknown[] = [];
    const running = signal();
    const run = pipeline(numbers(5))
      .map(
        (_, { signal: aborted }) =>
          new Promise<void>((resolve) => {
            aborted.addEventListener("abort", () => {
              heard.push((aborted.reason as Error).name);
              resolve();
            });
            running.fire();
          }),
        { mode },
      )
      .start();
    const next = run[Symbol.asyncIterator]().next();
    await running.promise;
    await run.stop();
    expect(heard).toEqual(["StoppedError"]);
    expect(await next).toEqual({ done: true, value: undefined });
    await expect(run.finished).resolves.toBeUndefined();
  });

  test("a function that does not heed its signal is left behind, which is told", async () => {
    const abandoned: unknown[] = [];
    const running = signal();
    const run = pipeline(numbers(5))
      .map(
        () => {
          running.fire();
          return new Promise(() => {});
        },
        { mode, name: "deaf" },
      )
      .start({ stopMs: 50 })
      .on("abandoned", (event) => abandoned.push(event));
    const next = run[Symbol.asyncIterator]().next();
    await running.promise;
    const startedAt = performance.now();
    await run.stop();
    expect(performance.now() - startedAt).toBeLessThan(SOON_MS);
    expect(await next).toEqual({ done: true, value: undefined });
    await Promise.resolve();
    expect(abandoned).toEqual([{ stage: "deaf", index: [0] }]);
  });

  test("an aborted signal ends the run with its reason", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const { source, counts } = countingSource();
    const all = pipeline(source)
      .map(
        (x) => {
          if (x === 10) controller.abort(reason);
          return x;
        },
        { mode },
      )
      .run({ signal: controller.signal });
    await expect(all).rejects.toBe(reason);
    expect(counts.closed).toBe(1);
  });

  test("a signal that has aborted already lets nothing start", async () => {
    const { source, counts } = countingSource();
    const reason = new Error("before");
    const all = pipeline(source)
      .map((x) => x, { mode })
      .run({ signal: AbortSignal.abort(reason) });
    await expect(all).rejects.toBe(reason);
    expect(counts.pulled).toBe(0);
  });

  test("a stop while onStart runs waits for it, and runs onDone", async () => {
    const told: unknown[] = [];
    const starting = signal();
    const run = pipeline(numbers(3))
      .map((x) => x, {
        mode,
        onStart: async () => {
          starting.fire();
          await after(10);
          told.push("started");
          return { open: 1 };
        },
        onDone: ({ open }) => told.push(open),
      })
      .start();
    await starting.promise;
    await run.stop();
    expect(told).toEqual(["started", 1]);
  });

  test("an error in onDone after a break reaches who left", async () => {
    const failing = pipeline(countingSource().source).map((x) => x, {
      mode,
      onDone: () => {
        throw new Error("onDone");
      },
    });
    await expect(
      (async () => {
        for await (const _ of failing) break;
      })(),
    ).rejects.toThrow("onDone");
  });
});

test("a stuck element is dropped at its time limit, and told", async () => {
  const lost: unknown[] = [];
  const run = pipeline(numbers(10))
    .map((x) => (x === 2 ? new Promise<number>(() => {}) : x), {
      mode: "async",
      timeoutMs: 50,
      name: "stuck",
    })
    .start()
    .on("drop", (event) => lost.push(event));
  const results: number[] = [];
  for await (const value of run) results.push(value);
  expect(results).toEqual([0, 1, 3, 4, 5, 6, 7, 8, 9]);
  expect(lost).toEqual([{ stage: "stuck", index: [2], value: 2, reason: "timeout" }]);
  expect(run.stats().stages[0]).toMatchObject({ timedOut: 1, dropped: 1, completed: 9, failed: 0 });
});

test("what a time limit does can be chosen", async () => {
  const line = (onTimeout: "fail" | "yield") =>
    pipeline([1]).map(() => new Promise<number>(() => {}), { mode: "async", timeoutMs: 10, onTimeout });
  await expect(line("fail").run()).rejects.toMatchObject({ name: "TimeoutError", timeoutMs: 10 });
  expect(await line("yield").toArray()).toEqual([
    { ok: false, error: expect.objectContaining({ name: "TimeoutError" }), index: [0] },
  ]);
});

test("the time limit of a flatMap is that of each item", async () => {
  const items = async function* (x: number) {
    yield x;
    yield x + 0.1;
    await after(x === 0 ? 200 : 5);
    yield x + 0.2;
  };
  const results = await pipeline([0, 1]).flatMap(items, { mode: "async", timeoutMs: 80 }).toArray();
  expect(results).toEqual([0, 0.1, 1, 1.1, 1.2]);
});

test("the time a consumer takes counts for no time limit", async () => {
  const results: number[] = [];
  for await (const value of pipeline(numbers(5)).flatMap((x) => [x, x], {
    mode: "async",
    timeoutMs: 30,
    maxsize: 1,
  })) {
    results.push(value);
    await after(60);
  }
  expect(results).toHaveLength(10);
});

test("an async iterator that is left is closed", async () => {
  let closed = 0;
  const endless = async function* () {
    try {
      for (let value = 0; ; value++) yield value;
    } finally {
      closed++;
    }
  };
  for (const mode of LOCAL_MODES) for await (const _ of pipeline([1]).flatMap(endless, { mode })) break;
  expect(closed).toBe(2);
});

test("nothing is left: no timer, no handle", () => {
  // The one is the runner's.
  expect(process.getActiveResourcesInfo().filter((name) => name === "Timeout")).toEqual(["Timeout"]);
});
