import { describe, expect, test } from "vitest";
import { Borrower } from "#workers/borrower";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { borrowerPool, endless, Watched } from "./support.ts";

const stopped = stoppedAfterEach();

async function listOf(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const list: unknown[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe.each(MODES)("in %s mode", (mode) => {
  test("a generator method borrows for as long as it runs", async () => {
    const pool = stopped(borrowerPool(mode));
    const source = new Watched(50);

    const mapped = await listOf(pool.mapped(source, async (item) => [item]));
    expect(mapped).toEqual(Array.from({ length: 50 }, (_, index) => [index + 1]));
    expect(source.closed).toBe(0);
  });

  test("who leaves the loop over it closes what was lent, once", async () => {
    const pool = stopped(borrowerPool(mode));
    const source = endless();
    for await (const item of pool.mapped(source, async (given) => given)) if (item === 3) break;

    await until(() => source.closed === 1);
    expect(await pool.leaveAlone(1)).toBe("left alone");
    expect(source.closed).toBe(1);
  });

  test("an error of the function ends the stream, and closes what was lent", async () => {
    const pool = stopped(borrowerPool(mode));
    const source = endless();
    const failing = listOf(pool.mapped(source, async () => Promise.reject(new RangeError("no item"))));

    expect(await errorOf(failing)).toMatchObject({ name: "RangeError", message: "no item" });
    await until(() => source.closed === 1);
  });

  test("uses that a plain generator doesn't wait for have begun when it is done", async () => {
    const pool = stopped(borrowerPool(mode));
    const seen: unknown[] = [];

    expect(await listOf(pool.numbers(3, async (word) => seen.push(word)))).toEqual([1, 2, 3]);
    expect(seen).toEqual(["begun", "done"]);
  });

  test("a stream of one pool is an argument of another", async () => {
    const [first, second] = [stopped(borrowerPool(mode)), stopped(borrowerPool(mode))];
    const numbers = first.numbers(100, async () => {});

    expect(await second.sum(numbers)).toBe(5050);
  });
});

// A generator that doesn't end is given up after this, and its worker is replaced; that it ended takes far less.
const LONG_GRACE_MS = 60_000;

describe.each(HOSTED)("in %s mode", (mode) => {
  test("a generator that waits for an item ends when its loop is left, and so does the source", async () => {
    const pool = stopped(Borrower.options({ mode, graceMs: LONG_GRACE_MS }).init());
    let closed = 0;
    const source = {
      given: 0,
      [Symbol.asyncIterator]: () => ({
        next: () => {
          source.given += 1;
          return source.given < 3
            ? Promise.resolve({ done: false as const, value: source.given })
            : new Promise<never>(() => {});
        },
        return: async () => {
          closed += 1;
          return { done: true as const, value: undefined };
        },
      }),
    };
    for await (const item of pool.mapped(source, async (given) => given)) if (item === 2) break;

    await until(() => closed === 1);
    expect(await pool.leaveAlone(1)).toBe("left alone");
  });

  test("a generator that waits for a function ends when its loop is left, and its finally may use it", async () => {
    const pool = stopped(Borrower.options({ mode, graceMs: LONG_GRACE_MS }).init());
    const words: unknown[] = [];
    const items = pool.farewell(async (word) => {
      words.push(word);
      if (word === "waiting") await new Promise(() => {});
    });
    await items.next();
    await until(() => words.length === 1);
    await items.return(undefined);

    expect(words).toEqual(["waiting", "farewell"]);
    expect(await pool.leaveAlone(1)).toBe("left alone");
  });
});

nothingIsLeft();
