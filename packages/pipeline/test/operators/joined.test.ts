import { concat, pipeline } from "@concurry/pipeline";
import { expect, test } from "vitest";
import { after, countingSource, errorOf, numbers, signal, sorted } from "../support.ts";

test("a stage that two others take from runs once, and both get its elements", async () => {
  let calls = 0;
  const shared = pipeline(numbers(10)).map((x) => {
    calls++;
    return x;
  });
  const results = await concat([shared.map((x) => x + 100), shared.map((x) => x + 200)]).toArray();
  expect(calls).toBe(10);
  expect(sorted(results)).toEqual([...numbers(10).map((x) => x + 100), ...numbers(10).map((x) => x + 200)]);
});

test("concat of one stage three times gives each value three times", async () => {
  const s = pipeline([1, 2, 3]).map(async (x) => x, { mode: "async" });
  expect(sorted(await concat([s, s, s]).toArray())).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
});

test("concat ends when the slower pipeline has ended, too", async () => {
  const fast = pipeline([1, 2, 3]);
  const slow = pipeline([4, 5, 6, 7]).map(
    async (x) => {
      await after(5);
      return x;
    },
    { mode: "async" },
  );
  expect(sorted(await concat([fast, slow]).toArray())).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(await concat([slow, fast], { order: "source" }).ordered().toArray()).toEqual([4, 5, 6, 7, 1, 2, 3]);
  expect(await concat([fast, slow]).ordered().toArray()).toEqual([1, 4, 2, 5, 3, 6, 7]);
});

test("every branch of a tee gets every element, and the rest runs once", async () => {
  let calls = 0;
  const [left, right] = pipeline(numbers(40))
    .map((x) => {
      calls++;
      return x;
    })
    .tee(2, { maxsize: 2 });
  const slow = right.map(
    async (x) => {
      await after(1);
      return x + 0.5;
    },
    { mode: "async" },
  );
  const results = await concat([left, slow]).ordered().toArray();
  expect(results).toEqual(numbers(40).flatMap((x) => [x, x + 0.5]));
  expect(calls).toBe(40);
});

test("branches of a tee that are iterated apart share one run", async () => {
  let calls = 0;
  const [left, right] = pipeline(numbers(100))
    .map((x) => {
      calls++;
      return x;
    })
    .tee(2, { maxsize: 4 });
  const [lefts, rights] = await Promise.all([
    left.toArray(),
    right
      .map((x) => x * 2)
      .ordered()
      .toArray(),
  ]);
  expect([lefts, rights]).toEqual([numbers(100), numbers(100).map((x) => x * 2)]);
  expect(calls).toBe(100);
  expect(await Promise.all([right.toArray(), left.toArray()])).toEqual([numbers(100), numbers(100)]);
  expect(calls).toBe(200);
});

test("a branch that is left does not hold up the other", async () => {
  const { source, counts } = countingSource(100);
  const [left, right] = pipeline(source).tee(2, { maxsize: 4 });
  const [rest] = await Promise.all([
    right.toArray(),
    (async () => {
      for await (const _ of left) break;
    })(),
  ]);
  expect(rest).toEqual(numbers(100));
  expect(counts.closed).toBe(1);
});

test("an error before a tee reaches each branch", async () => {
  const error = new Error("before");
  const failing = pipeline(numbers(3)).map(() => {
    throw error;
  });
  const [left, right] = failing.tee(2);
  expect(await Promise.all([errorOf(left), errorOf(right)])).toEqual([error, error]);
});

test("a branch that nobody reads fails the run after a while, and is named", async () => {
  const [left] = pipeline(numbers(100)).tee(2, { maxsize: 2 });
  await expect(left.toArray()).rejects.toMatchObject({ code: "PIPELINE_STALLED", branch: 1 });
});

test("a branch that is read after a run that failed belongs to a new one", async () => {
  let runs = 0;
  const [left, right] = pipeline(function* () {
    yield ++runs;
    if (runs === 1) throw new Error("the first time");
  }).tee(2);
  await expect(left.toArray()).rejects.toThrow("the first time");
  expect(await Promise.all([left.toArray(), right.toArray()])).toEqual([[2], [2]]);
});

test("a branch that is read again ends the wait of the run before for the other", async () => {
  let runs = 0;
  const [left, right] = pipeline(function* () {
    yield ++runs;
  }).tee(2);
  expect(await left.toArray()).toEqual([1]);
  expect(await left.toArray()).toEqual([2]);
  expect(await right.toArray()).toEqual([2]);
});

test("when all branches are left, a source that gives nothing is, too", async () => {
  const closed = signal();
  const reading = signal();
  let count = 0;
  const source = {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        if (count++ === 0) return Promise.resolve({ done: false as const, value: 1 });
        reading.fire();
        return new Promise<IteratorResult<number>>(() => {});
      },
      return: async () => {
        closed.fire();
        return { done: true as const, value: undefined };
      },
    }),
  };
  const leave = async (branch: AsyncIterable<unknown>): Promise<void> => {
    for await (const _ of branch) {
      await reading.promise;
      break;
    }
  };
  await Promise.all(pipeline(source).tee(2).map(leave));
  await closed.promise;
  expect(count).toBe(2);
});
