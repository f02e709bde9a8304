import { Readable } from "node:stream";
import { task } from "concurry";
import { expect, test } from "vitest";
import { later, square } from "#workers/tasks";
import { errorOf, stoppedAfterEach, until } from "../pool/support.ts";
import { collect } from "./support.ts";

const stopped = stoppedAfterEach();

test("any source will do: sets, async generators, streams of Node and of the web", async () => {
  const one = stopped(task(square));
  async function* counting(): AsyncGenerator<number> {
    yield 1;
    yield 2;
  }
  const web = new ReadableStream<number>({
    start(controller) {
      controller.enqueue(3);
      controller.close();
    },
  });
  expect(await collect(one.map(new Set([1, 2])))).toEqual([1, 4]);
  expect(await collect(one.map(counting()))).toEqual([1, 4]);
  expect(await collect(one.map(Readable.from([2, 3]) as AsyncIterable<number>))).toEqual([4, 9]);
  expect(await collect(one.map(web))).toEqual([9]);
  expect(await collect(one.map([one(2), Promise.resolve(5)]))).toEqual([16, 25]);
  expect(await collect(one.map([]))).toEqual([]);
});

test("a failure of the source comes after the results before it, as itself", async () => {
  const one = stopped(task(square));
  const failure = new Error("no more");
  async function* later(): AsyncGenerator<number> {
    yield 2;
    throw failure;
  }
  function* now(): Generator<number> {
    yield 2;
    throw failure;
  }
  for (const source of [later, now]) {
    const seen: number[] = [];
    const results = (async () => {
      for await (const result of one.map(source())) seen.push(result);
    })();
    expect(await errorOf(results)).toBe(failure);
    expect(seen).toEqual([4]);
  }
});

test("a signal ends the loop, its calls, and its source, also while that is waited for", async () => {
  let isReturned = false;
  const source: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => {}),
      return: () => {
        isReturned = true;
        return new Promise(() => {});
      },
    }),
  };
  const one = stopped(task(square));
  const controller = new AbortController();
  const results = collect(one.map(source, { signal: controller.signal }));
  controller.abort("enough");
  expect(await errorOf(results)).toMatchObject({ code: "CANCELLED", cause: "enough" });
  expect(isReturned).toBe(true);
  const running = stopped(task(later, { mode: "async" }));
  const other = new AbortController();
  const calls = collect(running.map([[1, 60_000]], { signal: other.signal }));
  await until(() => running.getPoolStats().running === 1);
  other.abort();
  expect(await errorOf(calls)).toMatchObject({ code: "CANCELLED" });
  expect(running.getPoolStats()).toMatchObject({ cancelled: 1 });
});
