import { concat, type Pipeline, pipeline } from "@concurry/pipeline";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compareIndexes } from "../../src/elements/element-index.ts";
import { countingSource, numbers, signal, sorted, until } from "../support.ts";
import { built, computed, type Graph, graphs } from "./graph.ts";

/** Far above what a run takes here. */
const SETTLE_MS = 5000;
const MORE_THAN_A_WINDOW = 1200;

/** What comes of a run; fails where it does not settle. */
async function settled<T>(pipe: Pipeline<T>): Promise<T[]> {
  const run = pipe.start();
  const values: T[] = [];
  let isLate = false;
  const clock = setTimeout(() => {
    isLate = true;
    void run.stop();
  }, SETTLE_MS);
  try {
    for await (const value of run) values.push(value);
  } finally {
    clearTimeout(clock);
  }
  if (isLate) throw new Error(`Not settled after ${SETTLE_MS} ms and ${values.length} elements.`);
  return values;
}

async function* same<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  yield* source;
}

test("a window that is smaller than a batch lets the batch be filled", async () => {
  expect(await settled(pipeline([1, 2, 3]).batch(2).ordered({ window: 1 }))).toEqual([[1, 2], [3]]);
});

test("batches of one source that are filled at different times are filled within a small window", async () => {
  const source = pipeline(numbers(20));
  const joined = concat([source.batch(4), source.batch(3)]).ordered({ window: 2 });
  expect((await settled(joined)).length).toBe(5 + 7);
  const beside = concat<Pipeline<unknown>>([source.batch(10), source]).ordered({ window: 2 });
  expect((await settled(beside)).length).toBe(2 + 20);
  const twice = concat<Pipeline<unknown>>([source.ordered({ window: 2 }), source.batch(2)]).ordered({
    window: 1,
  });
  expect((await settled(twice)).length).toBe(20 + 10);
});

test("a source that goes to an ordered by several ways is let through", async () => {
  const count = MORE_THAN_A_WINDOW;
  const source = pipeline(numbers(count));
  const [head, tail] = [numbers(count), numbers(count)];
  const beside = concat([source.through(same), source], { order: "source" }).ordered();
  expect(await settled(beside)).toEqual([...head, ...tail]);
  const both = concat([source.map((value) => value), source.ordered()], { order: "source" }).ordered();
  expect(await settled(both)).toEqual([...head, ...tail]);
  const whole = concat([source.map((value) => value), source.ordered({ window: Number.POSITIVE_INFINITY })], {
    order: "source",
  });
  expect(await settled(whole.ordered())).toEqual([...head, ...tail]);
  const late = concat([source.filter((value) => value >= count - 5).through(same), source]).ordered();
  expect((await settled(late)).length).toBe(count + 5);
});

test("two ordereds that need the same sources the other way round let them through", async () => {
  const [one, other] = [pipeline(numbers(20)), pipeline(numbers(20))];
  const there = concat([one, other], { order: "source" }).ordered({ window: 3 });
  const back = concat([other, one], { order: "source" }).ordered({ window: 3 });
  expect((await settled(concat([there, back], { order: "source" }))).length).toBe(80);
});

test("ways that give equal indexes by different joints don't get mixed up", async () => {
  const source = pipeline([5]);
  const first = concat([source, concat([source, source], { order: "source" })]);
  const second = concat([concat([first, first], { order: "source" }), first]);
  expect(await settled(second.ordered())).toEqual(Array(9).fill(5));
});

test("a through that makes many of each does not hold up what goes beside it", async () => {
  const source = pipeline(numbers(40)).map(async (value) => value, { mode: "async", workers: 2 });
  const many = source.through(async function* (values) {
    for await (const value of values) for (let copy = 0; copy < 10; copy++) yield value;
  });
  expect((await settled(concat([many, source]).ordered({ window: 4 }))).length).toBe(440);
});

test("the window holds behind a batch, but for what fills the batch that comes first", async () => {
  const { source, counts } = countingSource();
  const gate = signal();
  const mapped = pipeline(source)
    .batch(5)
    .map(
      async (values, { index }) => {
        if (index[0] === 0) await gate.promise;
        return values;
      },
      { mode: "async", workers: 100 },
    );
  const run = mapped.ordered({ window: 4 }).start();
  const reader = run[Symbol.asyncIterator]();
  const first = reader.next();
  await until(() => counts.pulled >= 16);
  await new Promise((resolve) => setImmediate(resolve));
  // Three whole batches, and the first of a fourth: four open elements.
  expect(counts.pulled).toBe(16);
  gate.fire();
  expect((await first).value).toEqual(numbers(5));
  await run.stop();
});

test("a source beside one that waits in a batch is held off", async () => {
  const { source, counts } = countingSource();
  const slow = signal();
  const few = async function* (): AsyncGenerator<number> {
    yield 0;
    await slow.promise;
  };
  const joined = concat<Pipeline<unknown>>([pipeline(few).batch(2), pipeline(source)]).ordered({ window: 4 });
  const run = joined.start();
  const reader = run[Symbol.asyncIterator]();
  const first = reader.next();
  await until(() => counts.pulled >= 4);
  await new Promise((resolve) => setImmediate(resolve));
  expect(counts.pulled).toBe(4);
  slow.fire();
  expect((await first).value).toEqual([0]);
  await run.stop();
});

test("whatever stages are forked and joined, all elements leave", { timeout: 60_000 }, async () => {
  const check = async ({ count, steps, window }: Graph): Promise<void> => {
    const values = numbers(count);
    const graph = built(pipeline(values), steps);
    const left = await settled(graph.ordered(window === undefined ? {} : { window }).withIndex());
    const indexes = left.map(({ index }) => index);
    // What is made of an element that went two ways leaves way by way.
    if (steps.every(({ kind }) => kind !== "fork"))
      expect(indexes).toEqual([...indexes].sort(compareIndexes));
    expect(sorted(left.map(({ value }) => value))).toEqual(sorted(computed(values, steps)));
  };
  await fc.assert(fc.asyncProperty(graphs, check), { seed: 20, numRuns: 300, endOnFailure: true });
});
