import { batch, each, filter, flatMap, map, ordered, pipeline, pl, run, through } from "@concurry/pipeline";
import { describe, expect, test } from "vitest";
import { LOCAL_MODES, numbers, signal, sorted } from "../support.ts";

describe.each(LOCAL_MODES)("in %s mode", (mode) => {
  const nums = numbers(20);

  test("map with one worker gives equal elements in order, also by pipe", async () => {
    const same = (value: number): number => value;
    expect(await pipeline(nums).map(same, { mode }).toArray()).toEqual(nums);
    expect(await pipeline(nums).pipe(map(same, { mode })).toArray()).toEqual(nums);
    expect(await pipeline([]).map(same, { mode }).toArray()).toEqual([]);
  });

  test("map awaits what the function promises", async () => {
    expect(
      await pipeline(nums)
        .map(async (value) => value * value, { mode })
        .toArray(),
    ).toEqual(nums.map((value) => value * value));
  });

  test.each([
    { kind: "an array", f: (x: number) => [x, x + 1, x + 2] },
    {
      kind: "a generator",
      f: function* (x: number) {
        yield* [x, x + 1, x + 2];
      },
    },
    {
      kind: "an async generator",
      f: async function* (x: number) {
        for (const step of [0, 1, 2]) {
          await Promise.resolve();
          yield x + step;
        }
      },
    },
    { kind: "a promise of an array", f: async (x: number) => [x, x + 1, x + 2] },
  ])("flatMap takes $kind apart", async ({ f }) => {
    const plain = nums.flatMap((x) => [x, x + 1, x + 2]);
    expect(await pipeline(nums).flatMap(f, { mode }).toArray()).toEqual(plain);
    if (mode === "async")
      expect(sorted(await pipeline(nums).flatMap(f, { mode, workers: 3 }).toArray())).toEqual(sorted(plain));
  });

  test("map, flatMap and filter together compute what plain code does", async () => {
    const workers = mode === "sync" ? 1 : 3;
    const results = await pipeline(nums)
      .map((x) => x + 1, { mode })
      .flatMap((x) => [x, x + 1, x + 2], { mode, workers })
      .filter(async (x) => x % 2 === 0, { mode })
      .toArray();
    const plain = nums
      .map((x) => x + 1)
      .flatMap((x) => [x, x + 1, x + 2])
      .filter((x) => x % 2 === 0);
    expect(sorted(results)).toEqual(sorted(plain));
  });

  test("each calls the function for every element and yields nothing", async () => {
    const seen: number[] = [];
    const all = pipeline(nums).each((value) => seen.push(value), { mode });
    expect(await all.run()).toBeUndefined();
    expect(seen).toEqual(nums);
    expect(await all.toArray()).toEqual([]);
  });

  test("indexes count elements, and a flatMap appends a number", async () => {
    const results = await pipeline([0, 1, 2])
      .flatMap((x) => Array(x).fill(x) as number[], { mode })
      .flatMap((x) => [x, -x], { mode })
      .ordered()
      .withIndex()
      .toArray();
    expect(results.map(({ index }) => index.join())).toEqual([
      "1,0,0",
      "1,0,1",
      "2,0,0",
      "2,0,1",
      "2,1,0",
      "2,1,1",
    ]);
  });

  test("the context tells the index of each element", async () => {
    const indexes = await pipeline(nums)
      .filter((x) => x % 2 === 0, { mode })
      .map((_, { index }) => index[0], { mode })
      .toArray();
    expect(indexes).toEqual(nums.filter((x) => x % 2 === 0));
  });
});

test("map with two workers gives the same set", async () => {
  const results = await pipeline(numbers(50))
    .map((x) => x * x, { mode: "async", workers: 2 })
    .toArray();
  expect(sorted(results)).toEqual(numbers(50).map((x) => x * x));
});

test("several pipelines run at once, and none at all returns", async () => {
  const seen: number[] = [];
  const both = signal();
  const meet = async (value: number): Promise<void> => {
    seen.push(value);
    if (seen.length === 2) both.fire();
    await both.promise;
  };
  await run(pipeline([1]).each(meet), pipeline([2]).each(meet));
  await run();
  expect(sorted(seen)).toEqual([1, 2]);
});

test("batches are full but for the last, and have the index of their first element", async () => {
  const batches = pipeline(numbers(7)).batch(3);
  expect(await batches.toArray()).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
  expect((await batches.withIndex().toArray()).map(({ index }) => index)).toEqual([[0], [3], [6]]);
});

test("a batch that waits too long is passed on short", async () => {
  const more = signal();
  const source = async function* () {
    yield 1;
    yield 2;
    await more.promise;
    yield 3;
  };
  const iterator = pipeline(source).batch(10, { maxWaitMs: 20 })[Symbol.asyncIterator]();
  expect(await iterator.next()).toEqual({ done: false, value: [1, 2] });
  more.fire();
  expect(await iterator.next()).toEqual({ done: false, value: [3] });
  expect(await iterator.next()).toEqual({ done: true, value: undefined });
});

test.each(LOCAL_MODES)("a batch that waits too long is passed on while a %s function runs", async (mode) => {
  const more = signal();
  const line = pipeline([1, 2]).map(
    async (x) => {
      if (x === 2) await more.promise;
      return x;
    },
    { mode },
  );
  const iterator = line.batch(10, { maxWaitMs: 20 })[Symbol.asyncIterator]();
  expect(await iterator.next()).toEqual({ done: false, value: [1] });
  more.fire();
  expect(await iterator.next()).toEqual({ done: false, value: [2] });
  expect(await iterator.next()).toEqual({ done: true, value: undefined });
});

test("through passes elements through plain iterator code, which may stop early", async () => {
  const firstThree = async function* (source: AsyncIterable<number>) {
    let count = 0;
    for await (const value of source) {
      yield value * 10;
      if (++count === 3) return;
    }
  };
  const endless = function* () {
    for (let value = 0; ; value++) yield value;
  };
  expect(
    await pipeline(endless)
      .map((x) => x + 1)
      .through(firstThree)
      .toArray(),
  ).toEqual([10, 20, 30]);
  expect(
    await pipeline(endless)
      .pipe(
        map((x: number) => x, { mode: "async" }),
        through(firstThree),
      )
      .toArray(),
  ).toEqual([0, 10, 20]);
});

test("partials keep their options and can be used again and again", async () => {
  const partial = flatMap((x: number) => [x, x], { mode: "async", workers: 2, name: "twice" })
    .pipe(filter((x: number) => x > 1))
    .pipe(batch(2))
    .pipe(ordered());
  expect(await partial([1, 2]).toArray()).toEqual([[2, 2]]);
  expect(await partial([3, 1]).toArray()).toEqual([[3, 3]]);
  const started = partial([1, 2]).start();
  expect(started.stats().stages[0]).toMatchObject({ name: "twice", mode: "async", totalWorkers: 2 });
  await started.stop();
});

test("presets set the mode", async () => {
  const started = pipeline([1, 2, 3])
    .pipe(
      pl.task.map((x: number) => x * 2, { workers: 3 }),
      pl.sync.filter((x: number) => x > 2),
    )
    .start();
  expect(started.stats().stages.map(({ mode }) => mode)).toEqual(["async", "sync"]);
  const results: number[] = [];
  for await (const value of started) results.push(value);
  expect(results).toEqual([4, 6]);
  await pl.task
    .each(() => {})([1])
    .run();
  await each(() => {})([1]).run();
});

test("elements that are promises are awaited", async () => {
  expect(
    await pipeline([Promise.resolve(1), 2])
      .map((x) => x + 1)
      .toArray(),
  ).toEqual([2, 3]);
});

test("a source with indexes keeps them, and only a full sort can put them in order", async () => {
  const source = [
    { index: [2], value: "c" },
    { index: [0, 1], value: "b" },
    { index: [0], value: "a" },
  ];
  const indexed = pipeline(source, { indexed: true });
  expect(await indexed.ordered({ window: Number.POSITIVE_INFINITY }).toArray()).toEqual(["a", "b", "c"]);
  expect(() => indexed.ordered()).toThrow(RangeError);
});
