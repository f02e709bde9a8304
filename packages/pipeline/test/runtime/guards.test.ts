import { errorContext, pipeline } from "@concurry/pipeline";
import { describe, expect, test } from "vitest";
import { errorOf, LOCAL_MODES } from "../support.ts";

/** An async iterable whose iterator gives these results as they are. */
function giving(...results: unknown[]): AsyncIterable<number> {
  return {
    [Symbol.asyncIterator]: () => {
      const left = [...results];
      return { next: () => left.shift() as Promise<IteratorResult<number>> };
    },
  };
}

const notIndexed = { index: "x", value: 1 };

test.each([
  { name: "elements", make: () => [notIndexed] },
  { name: "promised elements", make: () => [Promise.resolve(notIndexed)] },
  { name: "no objects", make: () => [Promise.resolve(null)] },
])("$name without an index fail the run, and their source is closed", async ({ make }) => {
  let closed = 0;
  const sources = [
    function* () {
      try {
        yield* make();
      } finally {
        closed++;
      }
    },
    async function* () {
      try {
        yield* make();
      } finally {
        closed++;
      }
    },
  ];
  for (const source of sources) {
    const error = await errorOf(pipeline(source as () => Iterable<never>, { indexed: true }));
    expect(error).toBeInstanceOf(TypeError);
    expect(errorContext(error)).toMatchObject({ stage: "source" });
  }
  expect(closed).toBe(2);
});

test("a source is closed when a promise among its elements fails", async () => {
  let isClosed = false;
  const broken = new Error("broken");
  const source = function* () {
    try {
      yield Promise.reject(broken);
    } finally {
      isClosed = true;
    }
  };
  expect(await errorOf(pipeline(source))).toBe(broken);
  expect(isClosed).toBe(true);
});

test("an async source may give its results at once, as a loop takes them", async () => {
  const plain = giving({ done: false, value: 1 }, { done: false, value: 2 }, { done: true });
  expect(await pipeline(plain).toArray()).toEqual([1, 2]);
});

test("an async source that gives no result fails the run", async () => {
  const error = await errorOf(pipeline(giving(Promise.resolve(undefined))));
  expect(error).toBeInstanceOf(TypeError);
  expect(errorContext(error)).toMatchObject({ stage: "source" });
});

describe.each(LOCAL_MODES)("in %s mode", (mode) => {
  test("an iterator that gives no result fails as its element does", async () => {
    const flat = pipeline([1, 2]).flatMap(
      (x) =>
        x === 1 ? giving(Promise.resolve(undefined)) : giving({ done: false, value: 7 }, { done: true }),
      { mode, onError: "skip" },
    );
    expect(await flat.toArray()).toEqual([7]);
  });

  test.each([
    { kind: "plain", f: (x: number) => x },
    { kind: "promised", f: async (x: number) => x },
  ])("an until that throws for a $kind result fails the run, which ends in order", async ({ f }) => {
    const broken = new Error("until broke");
    const told: string[] = [];
    const source = function* () {
      try {
        yield 1;
        yield 2;
      } finally {
        told.push("closed");
      }
    };
    const until = (): boolean => {
      throw broken;
    };
    const onDone = (): number => told.push("done");
    const options = { mode, onError: { retries: 1, waitMs: 1, until }, onDone };
    const run = pipeline(source).map(f, options).start();
    await expect(run[Symbol.asyncIterator]().next()).rejects.toBe(broken);
    await expect(run.finished).rejects.toBe(broken);
    expect(told.sort()).toEqual(["closed", "done"]);
    expect(run.stats().state).toBe("failed");
  });

  test("a result whose then can't be read fails as its element does", async () => {
    const broken = new Error("no then");
    // biome-ignore lint/suspicious/noThenProperty: what may be a promise is looked at.
    const result = Object.defineProperty({}, "then", {
      get: () => {
        throw broken;
      },
    });
    expect(await errorOf(pipeline([1]).map(() => result, { mode }))).toBe(broken);
  });
});
