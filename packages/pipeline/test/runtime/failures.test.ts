import { errorContext, pipeline } from "@concurry/pipeline";
import { describe, expect, test } from "vitest";
import { after, countingSource, errorOf, LOCAL_MODES, numbers } from "../support.ts";

class MyError extends Error {
  readonly field: number;
  constructor(field: number, cause: Error) {
    super(`number ${field}`, { cause });
    this.field = field;
  }
}

describe.each(LOCAL_MODES)("in %s mode", (mode) => {
  test("the consumer gets the error itself, and where it came up", async () => {
    const cause = new Error("deeper");
    const failing = pipeline(numbers(10)).map(
      (x) => {
        if (x === 3) throw new MyError(x, cause);
        return x;
      },
      { mode, name: "picky" },
    );
    const error = await errorOf(failing);
    expect(error).toBeInstanceOf(MyError);
    expect(error).toMatchObject({ field: 3, cause });
    expect(errorContext(error)).toEqual({ stage: "picky", worker: 0, index: [3], attempt: 1, others: [] });
  });

  test("skipped errors are counted and told", async () => {
    const lost: unknown[] = [];
    const run = pipeline(numbers(5))
      .map(
        (x) => {
          if (x === 2) throw new Error("no");
          return x;
        },
        { mode, onError: "skip", name: "skipping" },
      )
      .start()
      .on("drop", (drop) => lost.push(drop));
    const results: number[] = [];
    for await (const value of run) results.push(value);
    expect(results).toEqual([0, 1, 3, 4]);
    expect(run.stats().stages[0]).toMatchObject({ skipped: 1, failed: 1, completed: 4 });
    expect(lost).toEqual([{ stage: "skipping", index: [2], value: 2, reason: "error" }]);
  });

  test("yielded errors come as outcomes, in their place", async () => {
    const error = new Error("no");
    const outcomes = await pipeline(numbers(3))
      .map(
        async (x) => {
          if (x === 1) throw error;
          return x * 10;
        },
        { mode, onError: "yield" },
      )
      .toArray();
    expect(outcomes).toEqual([
      { ok: true, value: 0, index: [0] },
      { ok: false, error, index: [1] },
      { ok: true, value: 20, index: [2] },
    ]);
  });

  test("an element that fails twice is tried three times", async () => {
    const attempts: number[] = [];
    const run = pipeline(numbers(4))
      .map(
        async (x) => {
          attempts.push(x);
          if (x === 1 && attempts.filter((seen) => seen === 1).length <= 2) throw new Error("not yet");
          return x;
        },
        { mode, onError: { retries: 2, waitMs: 1 } },
      )
      .ordered()
      .start();
    const results: number[] = [];
    for await (const value of run) results.push(value);
    expect(results).toEqual([0, 1, 2, 3]);
    expect(run.stats().stages[0]).toMatchObject({ retried: 2, failed: 0, completed: 4 });
  });

  test("when retries are used up the last error ends the run, with those before", async () => {
    let attempt = 0;
    const failing = pipeline([1]).map(
      () => {
        throw new Error(`attempt ${++attempt}`);
      },
      { mode, onError: { retries: 2, waitMs: 0 } },
    );
    const error = await errorOf(failing);
    expect(error).toMatchObject({ message: "attempt 3" });
    expect((error as { previousErrors: Error[] }).previousErrors.map(({ message }) => message)).toEqual([
      "attempt 1",
      "attempt 2",
    ]);
    expect(errorContext(error)).toMatchObject({ attempt: 3 });
  });

  test("results that until refuses are tried again", async () => {
    let attempt = 0;
    const results = await pipeline([1])
      .map(() => ++attempt, {
        mode,
        onError: { retries: 3, waitMs: 0, until: (result: number) => result === 3 },
      })
      .toArray();
    expect(results).toEqual([3]);
  });

  test("onStart gives resources to the function and to onDone, once", async () => {
    const told: unknown[] = [];
    const results = await pipeline(numbers(100))
      .map((_, { y, worker }) => y + worker.index, {
        mode,
        workers: mode === "sync" ? 1 : 4,
        onStart: async () => {
          told.push("start");
          await after(5);
          return { y: "abc" };
        },
        onDone: ({ y }, { activeWorkers, done, reason }) => told.push({ y, activeWorkers, done, reason }),
      })
      .toArray();
    expect(results).toEqual(Array(100).fill("abc0"));
    expect(told).toEqual(["start", { y: "abc", activeWorkers: 0, done: true, reason: "end" }]);
  });

  test.each(["onStart", "onDone", "source"] as const)(
    "an error of %s reaches the consumer",
    async (place) => {
      const error = new Error(place);
      const fail = (): never => {
        throw error;
      };
      const source = function* () {
        yield 1;
        if (place === "source") fail();
      };
      const hooks = place === "source" ? {} : { [place]: fail };
      expect(await errorOf(pipeline(source).map((x: number) => x, { mode, ...hooks }))).toBe(error);
      expect(errorContext(error)).toMatchObject({ stage: place === "source" ? "source" : "map" });
    },
  );

  test("a resource can't have a name of the context's own", async () => {
    const failing = pipeline([1]).map((x) => x, { mode, onStart: () => ({ signal: 1 }) as object });
    expect(await errorOf(failing)).toBeInstanceOf(TypeError);
  });

  test("results before an error are delivered first, if that is wanted", async () => {
    const seen: number[] = [];
    const failing = pipeline(numbers(10)).map(
      (x) => {
        if (x === 5) throw new Error("five");
        return x;
      },
      { mode },
    );
    await expect(
      (async () => {
        for await (const value of failing.start({ drainOnError: true, maxsize: 20 })) seen.push(value);
      })(),
    ).rejects.toThrow("five");
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  test("a flatMap function that returns no iterable fails with a message that says so", async () => {
    const failing = pipeline([1]).flatMap((() => 5) as unknown as () => number[], { mode, name: "apart" });
    expect(await errorOf(failing)).toMatchObject({
      message: 'The function of flatMap stage "apart" must return an iterable, got 5',
    });
  });
});

test("an error in one of several workers rejects, each time", async () => {
  for (let round = 0; round < 50; round++) {
    const failing = pipeline(numbers(10)).map(
      async (x) => {
        await Promise.resolve();
        if (x === 3) throw new MyError(x, new Error("cause"));
        return x;
      },
      { mode: "async", workers: 4 },
    );
    expect(await errorOf(failing)).toBeInstanceOf(MyError);
  }
});

test("later errors of a run are kept beside the first", async () => {
  const { source } = countingSource();
  const first = new Error("first");
  const failing = pipeline(source).map(
    () => {
      throw first;
    },
    {
      mode: "async",
      onDone: () => {
        throw new Error("second");
      },
    },
  );
  await errorOf(failing);
  expect(errorContext(first)?.others).toEqual([new Error("second")]);
});

test("a promise of what can't be taken apart fails its element, and so does a rule that throws", async () => {
  const apart = pipeline([1]).flatMap(async () => 5 as unknown as number[], { mode: "async" });
  expect(await errorOf(apart)).toBeInstanceOf(TypeError);
  const until = (): boolean => {
    throw new Error("until");
  };
  const judged = pipeline([1]).map(async (x) => x, {
    mode: "async",
    onError: { until, retries: 1, waitMs: 1 },
  });
  expect(await errorOf(judged)).toMatchObject({ message: "until" });
});
