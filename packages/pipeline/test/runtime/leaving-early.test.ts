import { concat, pipeline } from "@concurry/pipeline";
import { describe, expect, test } from "vitest";
import { after, countingSource, LOCAL_MODES, numbers, signal, sorted } from "../support.ts";

async function* firstOf<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const value of source) {
    yield value;
    return;
  }
}

describe.each(LOCAL_MODES)("in %s mode", (mode) => {
  test("a consumer that leaves early holds up no other of the same stage", async () => {
    const shared = pipeline(numbers(40)).map((x) => x, { mode });
    const results = await concat([shared.through(firstOf), shared.map((x) => x + 100)]).toArray();
    expect(sorted(results)).toEqual([0, ...numbers(40).map((x) => x + 100)]);
  });

  test("a stage that nobody takes from any more is ended at once, and so is its source", async () => {
    const { source, counts } = countingSource();
    const told: unknown[] = [];
    const closed = signal();
    const left = pipeline(source)
      .map((x) => x, {
        mode,
        onDone: (_, { reason }) => {
          told.push([reason, counts.closed]);
          closed.fire();
        },
      })
      .through(firstOf);
    const waiting = pipeline([1]).map(
      async (x) => {
        await closed.promise;
        return x + 0.5;
      },
      { mode: "async" },
    );
    expect(sorted(await concat([left, waiting]).toArray())).toEqual([0, 1.5]);
    expect(told).toEqual([["break", 1]]);
    expect(counts.closed).toBe(1);
  });

  test("an iterator of a flatMap that nobody takes from any more is closed while the run goes on", async () => {
    const closed = signal();
    async function* endless(): AsyncGenerator<number> {
      try {
        for (let value = 0; ; value++) yield value;
      } finally {
        closed.fire();
      }
    }
    const left = pipeline([1]).flatMap(endless, { mode }).through(firstOf);
    const waiting = pipeline([1]).map(() => closed.promise.then(() => 1), { mode: "async" });
    expect(sorted(await concat([left, waiting]).toArray())).toEqual([0, 1]);
  });

  test("what runs for nobody is aborted while the run goes on, and its failure is none of the run", async () => {
    const heard: unknown[] = [];
    const running = signal();
    const aborted = signal();
    const left = pipeline([1, 2])
      .map(
        (x, context) => {
          if (x === 1) return x;
          running.fire();
          return new Promise<number>((_, reject) => {
            context.signal.addEventListener("abort", () => {
              heard.push((context.signal.reason as Error).name);
              reject(context.signal.reason);
              aborted.fire();
            });
          });
        },
        { mode },
      )
      .through(async function* (source) {
        const iterator = source[Symbol.asyncIterator]();
        yield (await iterator.next()).value;
        await running.promise;
      });
    const waiting = pipeline([1]).map(() => aborted.promise.then(() => 1.5), { mode: "async" });
    expect(sorted(await concat([left, waiting]).toArray())).toEqual([1, 1.5]);
    expect(heard).toEqual(["StoppedError"]);
  });
});

test("a branch of a tee that is left early holds up no other, whatever lies between", async () => {
  const { source, counts } = countingSource(60);
  const [left, right] = pipeline(source)
    .map(async (x) => x, { mode: "async", workers: 3 })
    .tee(2, { maxsize: 2 });
  const first = left.ordered({ window: 4 }).through(firstOf);
  const results = await concat([first, right.ordered({ window: 4 })]).toArray();
  expect(sorted(results)).toEqual([0, ...numbers(60)]);
  expect(counts.closed).toBe(1);
});

describe("a through that waits for input", () => {
  const passOn = (closed: { count: number }) =>
    async function* <T>(source: AsyncIterable<T>): AsyncGenerator<T> {
      try {
        for await (const value of source) yield value;
      } finally {
        closed.count++;
      }
    };
  // Far above what a stop takes here; a test that ends by it fails by its own time limit.
  const NEVER_MS = 60_000;

  test("comes to its end at a stop, and its finally runs", async () => {
    const closed = { count: 0 };
    const waiting = signal();
    const run = pipeline([1, 2])
      .map(
        (x, { signal: aborted }) => {
          if (x === 1) return x;
          waiting.fire();
          return new Promise((_, reject) => {
            aborted.addEventListener("abort", () => reject(aborted.reason));
          });
        },
        { mode: "async" },
      )
      .through(passOn(closed))
      .start({ stopMs: NEVER_MS });
    const iterator = run[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ done: false, value: 1 });
    const next = iterator.next();
    await waiting.promise;
    await run.stop();
    expect(closed.count).toBe(1);
    expect(await next).toEqual({ done: true, value: undefined });
  });

  test("comes to its end when what is before it fails", async () => {
    const closed = { count: 0 };
    const failing = pipeline([1, 2])
      .map(
        async (x) => {
          await after(x);
          if (x === 2) throw new Error("boom");
          return x;
        },
        { mode: "async" },
      )
      .through(passOn(closed));
    await expect(failing.run({ stopMs: NEVER_MS })).rejects.toThrow("boom");
    expect(closed.count).toBe(1);
  });
});

test("what a source says of being left while it is read is no error of the run", async () => {
  const reading = signal();
  let reject: (error: Error) => void = () => {};
  let count = 0;
  const source = {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        if (count++ === 0) return Promise.resolve({ done: false, value: 1 });
        reading.fire();
        return new Promise<IteratorResult<number>>((_, fail) => {
          reject = fail;
        });
      },
      return: async () => {
        reject(new Error("closed while it was read"));
        return { done: true as const, value: undefined };
      },
    }),
  };
  const run = pipeline(source)
    .map(async (x) => x, { mode: "async", workers: 4 })
    .start();
  for await (const _ of run) {
    await reading.promise;
    break;
  }
  await expect(run.finished).resolves.toBeUndefined();
  expect(run.stats().state).toBe("stopped");
});
