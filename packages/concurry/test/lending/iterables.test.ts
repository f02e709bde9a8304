import { once } from "node:events";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { SerializationError, transfer } from "concurry";
import { describe, expect, test } from "vitest";
import { BorrowError } from "#workers/borrower";
import { Mirror } from "#workers/mirror";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { borrowerPool, endless, Watched } from "./support.ts";

const stopped = stoppedAfterEach();
/** What a source may be read ahead of its worker: 8 items here, 8 there. */
const MOST_AHEAD = 16;

async function* later(count: number): AsyncGenerator<number> {
  for (let item = 1; item <= count; item += 1) yield item;
}

function* now(count: number): Generator<number> {
  for (let item = 1; item <= count; item += 1) yield item;
}

const SOURCES: [string, () => AsyncIterable<number>][] = [
  ["an async generator", () => later(4)],
  ["an object with an async iterator", () => new Watched(4)],
  ["a Readable", () => Readable.from([1, 2, 3, 4])],
  ["a web stream", () => Readable.toWeb(Readable.from([1, 2, 3, 4])) as ReadableStream<number>],
  ["a generator", () => now(4) as never],
  ["an iterator of a list", () => [1, 2, 3, 4].values() as never],
  [
    "an iterator of a map",
    () => new Map(["a", "b", "c", "d"].map((key, at) => [key, at + 1])).values() as never,
  ],
  ["a generator of promises", () => [1, 2, 3, 4].map(async (item) => item).values() as never],
];

describe.each(MODES)("in %s mode", (mode) => {
  test.each(SOURCES)("%s can be gone through in the worker", async (_name, make) => {
    const pool = stopped(borrowerPool(mode));

    expect(await pool.sum(make())).toBe(10);
  });

  test("iterables inside plain objects and arrays are lent, several side by side", async () => {
    const pool = stopped(borrowerPool(mode));
    const given = { sources: [later(2), new Watched(3), later(0)] };

    expect(await pool.collectNested(given)).toEqual([[1, 2], [1, 2, 3], []]);
  });

  test("items cross as they are", async () => {
    const pool = stopped(borrowerPool(mode));
    const items = [-0, undefined, new Date(1), { deep: [1n] }, new Map([[1, 2]]), "text", null];

    expect(await pool.collect(Readable.from(items.filter((item) => item !== null)))).toEqual(
      items.slice(0, -1),
    );
    expect(await pool.collect(items.values() as never)).toEqual(items);
  });

  test("an error of the source arrives as itself, behind the items before it", async () => {
    const pool = stopped(borrowerPool(mode));
    async function* failing(): AsyncGenerator<number> {
      yield 1;
      yield 2;
      throw new BorrowError("no more");
    }
    const error = await errorOf(pool.collect(failing()));

    expect(error).toBeInstanceOf(BorrowError);
    expect(error.message).toBe("no more");
    expect(await pool.take(failing(), 2)).toEqual([1, 2]);
  });

  test("leaving the loop closes the caller's iterator, once", async () => {
    const pool = stopped(borrowerPool(mode));
    const source = endless();

    expect(await pool.take(source, 3)).toEqual([1, 2, 3]);
    await until(() => source.closed === 1);
    expect(await pool.leaveAlone(1)).toBe("left alone");
    expect(source.closed).toBe(1);
  });

  test("a source that ends by itself is not closed", async () => {
    const pool = stopped(borrowerPool(mode));
    const source = new Watched(20);

    expect(await pool.sum(source)).toBe(210);
    expect([source.begun, source.closed]).toEqual([1, 0]);
  });

  test("a source that the method never begins is left alone", async () => {
    const pool = stopped(borrowerPool(mode));
    const source = endless();

    expect(await pool.leaveAlone(source)).toBe("left alone");
    expect([source.begun, source.closed]).toEqual([0, 0]);
  });

  test("leaving the loop runs the finally of a generator", async () => {
    const pool = stopped(borrowerPool(mode));
    let hasEnded = false;
    async function* source(): AsyncGenerator<number> {
      try {
        for (;;) yield 1;
      } finally {
        hasEnded = true;
      }
    }

    await pool.take(source(), 2);
    await until(() => hasEnded);
  });
});

describe.each(HOSTED)("in %s mode", (mode) => {
  test("a source is read as the worker asks, and no more than a few items ahead", async () => {
    const pool = stopped(borrowerPool(mode));
    const source = endless();
    const asked: number[] = [];
    let isDone = false;
    const all = pool.takeAndAsk(source, async () => {
      // As long as the worker waits here it doesn't ask for more.
      for (let turn = 0; turn < 20; turn += 1) {
        asked.push(source.given);
        await new Promise((resolve) => setImmediate(resolve));
      }
      isDone = true;
    });
    await all;

    expect(isDone).toBe(true);
    expect(Math.max(...asked)).toBeLessThanOrEqual(MOST_AHEAD);
  });

  test("a long source crosses whole, in order", async () => {
    const pool = stopped(borrowerPool(mode));

    expect(await pool.sum(later(10_000))).toBe(50_005_000);
  });

  test("one object that is given again and again is read each time", async () => {
    const pool = stopped(borrowerPool(mode));
    function* reused(): Generator<{ at: number }> {
      const row = { at: 0 };
      for (let at = 1; at <= 20; at += 1) {
        row.at = at;
        yield row;
      }
    }

    expect(await pool.collect(reused() as never)).toEqual(
      Array.from({ length: 20 }, (_, index) => ({ at: index + 1 })),
    );
  });

  test("an item that can't be sent is an error in its place, and closes the source", async () => {
    const pool = stopped(borrowerPool(mode));
    let hasEnded = false;
    async function* source(): AsyncGenerator<unknown> {
      try {
        yield 1;
        yield { deep: Symbol("s") };
        yield 3;
      } finally {
        hasEnded = true;
      }
    }
    const error = await errorOf(pool.collect(source()));

    expect(error).toBeInstanceOf(SerializationError);
    expect(error).toMatchObject({ path: ".deep" });
    await until(() => hasEnded);
  });

  test("a Readable that waits for more is destroyed when its call settles", async () => {
    const pool = stopped(borrowerPool(mode));
    const stream = new Readable({ objectMode: true, read() {} });
    stream.push(1);
    const future = pool.collect(stream);
    await until(() => stream.readableDidRead && stream.readableLength === 0);
    future.cancel("enough");
    await once(stream, "close");

    expect(stream.destroyed).toBe(true);
  });

  test("once the call has settled there is nothing more to be had", async () => {
    const pool = stopped(borrowerPool(mode));
    const source = endless();

    expect(await pool.keepItems(source)).toBe(1);
    await until(() => source.closed === 1);
    const rest = Array.from({ length: MOST_AHEAD }, () => pool.nextOfKept());
    expect(await errorOf(Promise.all(rest))).toMatchObject({ code: "CANCELLED" });
    expect(source.closed).toBe(1);
  });

  test("an array, a map or a set is copied, not lent", async () => {
    const pool = stopped(Mirror.options({ mode }).init());

    for (const value of [[1, 2], new Map([[1, 2]]), new Set([1]), new Uint8Array(2), "text"])
      expect(await pool.echo(value)).toEqual(value);
  });

  test("a broadcast refuses an iterable, which not every worker can go through", async () => {
    const pool = stopped(borrowerPool(mode));
    const source = endless();
    const error = await errorOf(pool.broadcast.collect(source));

    expect(error).toBeInstanceOf(SerializationError);
    expect(error.message).toContain("workers[i].collect()");
    expect(source.begun).toBe(0);
  });
});

test("a web stream that is to be moved moves to a thread", async () => {
  const pool = stopped(borrowerPool("thread"));
  const make = (): ReadableStream<number> => Readable.toWeb(Readable.from([4, 5])) as ReadableStream<number>;
  const moved = make();

  expect(await pool.kindOf(transfer(moved, [moved as never]))).toBe("[object ReadableStream]");
  expect(await pool.kindOf(make())).toBe("[object AsyncGenerator]");
  const stream = make();
  expect(await pool.sum(transfer(stream, [stream as never]))).toBe(9);
});

nothingIsLeft();
