import { pipeline } from "@concurry/pipeline";
import { expect, test } from "vitest";
import { after, countingSource, LOCAL_MODES, numbers, signal, until } from "../support.ts";

test.each(LOCAL_MODES)("making a %s pipeline and its iterator pulls nothing and starts nothing", (mode) => {
  const { source, counts } = countingSource(3);
  let starts = 0;
  const lazy = pipeline(source).map((x) => x, {
    mode,
    onStart: () => {
      starts++;
    },
  });
  lazy[Symbol.asyncIterator]();
  expect([counts.pulled, starts]).toEqual([0, 0]);
});

test("start brings the workers up and pulls nothing yet", async () => {
  const { source, counts } = countingSource(3);
  const up = signal();
  const run = pipeline(source)
    .map((x) => x, { mode: "async", onStart: () => up.fire() })
    .start();
  await up.promise;
  expect(counts.pulled).toBe(0);
  await run.stop();
});

test.each([
  { mode: "async", calls: 5 },
  { mode: "sync", calls: 1 },
] as const)(
  "after one next() in $mode mode the function has run for $calls elements",
  async ({ mode, calls }) => {
    let called = 0;
    await using run = pipeline(numbers(20))
      .map(
        (x) => {
          called++;
          return x;
        },
        { mode },
      )
      .start({ maxsize: 3 });
    await run[Symbol.asyncIterator]().next();
    await until(() => called === calls && run.stats().stages[0]?.running === 0);
    // Whatever else could begin would do so at once.
    expect([called, run.stats().stages[0]?.completed]).toEqual([calls, calls]);
  },
);

test("between two stages of one element each no more than four are begun", async () => {
  let called = 0;
  const options = { mode: "async", maxsize: 1 } as const;
  const iterator = pipeline(numbers(20))
    .map((x) => {
      called++;
      return x;
    }, options)
    .map(async (x) => {
      await after(20);
      return x;
    }, options)
    [Symbol.asyncIterator]();
  await iterator.next();
  expect(called).toBeLessThanOrEqual(4);
  await iterator.return?.();
});

test("an endless source is pulled no further than queues and workers hold", async () => {
  const { source, counts } = countingSource();
  const stages = [
    { workers: 1, maxsize: 2 },
    { workers: 3, maxsize: 6 },
    { workers: 2, maxsize: 4 },
  ];
  let line = pipeline(source);
  for (const options of stages) line = line.map(async (x) => x, { mode: "async", ...options });
  const held = stages.reduce((sum, { workers, maxsize }) => sum + workers + maxsize, 0);
  let delivered = 0;
  for await (const _ of line.start({ maxsize: 5 })) {
    delivered++;
    await after(5);
    expect(counts.pulled - delivered).toBeLessThanOrEqual(held + 5 + 1);
    if (delivered === 5) break;
  }
  expect(counts.closed).toBe(1);
});

test("a loop of sync stages reads nothing ahead of its reader", async () => {
  const { source, counts } = countingSource();
  let delivered = 0;
  for await (const _ of pipeline(source)
    .map((x) => x)
    .filter(() => true)) {
    expect(counts.pulled).toBe(++delivered);
    if (delivered === 5) break;
  }
});

test.each(LOCAL_MODES)(
  "a %s run that waits for its source looks for nothing from time to time",
  async (mode) => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    const asked = signal();
    const source = async function* () {
      asked.fire();
      yield await new Promise<never>(() => {});
    };
    const run = pipeline(source)
      .map((x) => x, { mode })
      .start({ stopMs: 0 });
    const next = run[Symbol.asyncIterator]().next();
    await asked.promise;
    expect(timers()).toBe(before);
    await run.stop();
    expect(await next).toEqual({ done: true, value: undefined });
  },
);

test("maxsize 0 is unbounded", async () => {
  const { source, counts } = countingSource(500);
  await using run = pipeline(source)
    .map(async (x) => x, { mode: "async", maxsize: 0 })
    .map(() => new Promise(() => {}), { mode: "async", maxsize: 0 })
    .start({ stopMs: 0 });
  void run[Symbol.asyncIterator]().next();
  await until(() => counts.pulled === 500);
});

test("an ordered run gives the first result as soon as it is there, and never holds more than its window", async () => {
  const { source, counts } = countingSource(1000);
  const first = signal();
  const begun: number[] = [];
  const run = pipeline(source)
    .map(
      async (x) => {
        begun.push(x);
        if (x === 0) await first.promise;
        return x;
      },
      { mode: "async", workers: 4 },
    )
    .ordered({ window: 8 })
    .start({ maxsize: 1 });
  const reader = run[Symbol.asyncIterator]();
  const earliest = reader.next();
  // All that the window lets in waits for the first one.
  await until(() => begun.length === 8 && run.stats().stages[0]?.running === 1);
  expect(counts.pulled).toBe(8);
  first.fire();
  expect(await earliest).toEqual({ done: false, value: 0 });
  for (let delivered = 1; delivered < 1000; delivered++) {
    expect(await reader.next()).toEqual({ done: false, value: delivered });
    // Two that are in order wait for the reader, and it has one in hand.
    expect(counts.pulled - delivered).toBeLessThanOrEqual(8 + 3);
  }
  expect(await reader.next()).toEqual({ done: true, value: undefined });
});

test.each([
  { mode: "sync", workers: 1 },
  { mode: "async", workers: 4 },
] as const)(
  "filters, losses, batches and flatMaps in $mode mode between a narrow window and its source never lock up",
  async (options) => {
    const results = await pipeline(numbers(1000))
      .filter((x) => x % 3 !== 0)
      .map(
        async (x) => {
          if (x % 7 === 0) throw new Error("lost");
          if (x % 50 === 0) await after(1);
          return x;
        },
        { ...options, onError: "skip" },
      )
      .batch(100)
      .flatMap((values) => [...values], options)
      .ordered({ window: 8 })
      .toArray();
    const plain = numbers(1000).filter((x) => x % 3 !== 0 && x % 7 !== 0);
    expect([...results].sort((one, other) => one - other)).toEqual(plain);
  },
);

test("a map with workers and then ordered gives exactly what plain code does", async () => {
  const results = await pipeline(numbers(100))
    .map(
      async (x) => {
        await after(Math.random() * 5);
        return x * 2;
      },
      { mode: "async", workers: 8 },
    )
    .ordered()
    .toArray();
  expect(results).toEqual(numbers(100).map((x) => x * 2));
});

test("two ordereds in a row work, each with a window of its own", async () => {
  const shuffle = async (x: number): Promise<number> => {
    await after(Math.random() * 3);
    return x;
  };
  const options = { mode: "async", workers: 5 } as const;
  const results = await pipeline(numbers(60))
    .map(shuffle, options)
    .ordered({ window: 5 })
    .map(shuffle, options)
    .ordered({ window: 3 })
    .toArray();
  expect(results).toEqual(numbers(60));
});

test.each(LOCAL_MODES)("a %s pipeline of an array runs again, each run on its own", async (mode) => {
  let calls = 0;
  const line = pipeline([1, 2, 3]).map(
    (x) => {
      calls++;
      return x;
    },
    { mode },
  );
  expect(await Promise.all([line.toArray(), line.toArray()])).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
  expect(calls).toBe(6);
});

test.each(LOCAL_MODES)("a %s pipeline of a generator runs once", async (mode) => {
  const line = pipeline(countingSource(3).source()).map((x) => x, { mode });
  await line.toArray();
  await expect(line.toArray()).rejects.toMatchObject({ name: "StageReuseError", code: "STAGE_REUSED" });
});
