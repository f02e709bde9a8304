import { CancelledError, SerializationError } from "concurry";
import { describe, expect, test } from "vitest";
import { BorrowError, Borrower, ExportedError } from "#workers/borrower";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { borrowerPool } from "./support.ts";

const stopped = stoppedAfterEach();

describe.each(MODES)("in %s mode", (mode) => {
  test("a function runs in the caller, and the method gets what it gives", async () => {
    const pool = stopped(borrowerPool(mode));
    let seen = 0;
    const add = (value: unknown): number => {
      seen += 1;
      return (value as number) + seen;
    };

    expect(await pool.ask(add as never, 10)).toBe(11);
    expect(await pool.ask((async (value: unknown) => add(value)) as never, 20)).toBe(22);
    expect(seen).toBe(2);
  });

  test("values cross as they are, both ways", async () => {
    const pool = stopped(borrowerPool(mode));
    const echo = async (...values: unknown[]): Promise<unknown[]> => values;

    const values = [-0, Number.NaN, 10n, new Date(5), new Map([[1, new Set(["a"])]]), new Uint8Array([1, 2])];
    expect(await pool.ask(echo, ...values, undefined)).toEqual([...values, undefined]);
    expect(await pool.ask(async () => undefined)).toBeUndefined();
  });

  test("functions inside arrays, plain objects, maps and sets are lent, and the caller's objects stay as they are", async () => {
    const pool = stopped(borrowerPool(mode));
    const times =
      (factor: number) =>
      async (value: unknown): Promise<number> =>
        (value as number) * factor;
    const ask = times(100);
    const given = {
      list: [[times(10)]],
      plain: { deep: { ask } },
      map: new Map([["key", times(1000)]]),
      set: new Set([times(10_000)]),
      when: new Date(7),
    };

    expect(await pool.askNested(given)).toEqual([10, 200, 3000, 40_000, 7]);
    expect(given.plain.deep.ask).toBe(ask);
  });

  test("a function that comes with a promise is lent when that is settled", async () => {
    const pool = stopped(borrowerPool(mode));
    const double = async (value: unknown): Promise<number> => (value as number) * 2;

    expect(await pool.ask(Promise.resolve(double), Promise.resolve(4))).toBe(8);
    expect(await pool.askAll([Promise.resolve(double), double], 3)).toEqual([6, 6]);
  });

  test("one function in two places is one function in the worker, too", async () => {
    const pool = stopped(borrowerPool(mode));
    const lent = async (): Promise<void> => {};

    expect(await pool.same(lent, { also: lent })).toBe(true);
    expect(await pool.same(lent, { also: async () => {} })).toBe(false);
  });

  test("an error of the function arrives as itself, and passes on as itself", async () => {
    const pool = stopped(borrowerPool(mode));
    const cause = new RangeError("behind it");
    const fail = (): never => {
      throw Object.assign(new BorrowError("no answer", { cause }), { left: 2 });
    };

    const [isSame, , name, message] = await pool.failure(fail as never);
    expect([isSame, name, message]).toEqual([true, "BorrowError", "no answer"]);
    const error = await errorOf(pool.ask(fail as never));
    expect(error).toBeInstanceOf(BorrowError);
    expect(error).toMatchObject({ message: "no answer", left: 2, cause: { message: "behind it" } });
    expect(error.cause).toBeInstanceOf(RangeError);
  });

  test("an error of a class that the worker's module exports is of that class there", async () => {
    const pool = stopped(borrowerPool(mode));
    const answer = await pool.failure(async () => {
      throw new ExportedError("known there");
    });

    // Test runners evaluate modules themselves, so that this side may not know what the module exports.
    expect(answer.slice(2, 4)).toEqual(["ExportedError", "known there"]);
  });

  test("a thrown value that is no error arrives as that value", async () => {
    const pool = stopped(borrowerPool(mode));

    expect(await errorOf(pool.ask(() => Promise.reject("text")))).toBe("text");
  });

  test("calls that the method doesn't wait for have begun when its own call settles", async () => {
    const pool = stopped(borrowerPool(mode));
    const seen: unknown[] = [];

    expect(await pool.notify(async (value) => seen.push(value), 50)).toBe(50);
    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });

  test("a function that is still running when the call settles is left alone", async () => {
    const pool = stopped(borrowerPool(mode));
    const { promise, resolve } = open();
    let hasEnded = false;
    const slow = async (): Promise<void> => {
      await promise;
      hasEnded = true;
      throw new Error("nobody is to hear of this");
    };

    if (mode === "thread" || mode === "process") expect(await pool.notify(slow, 1)).toBe(1);
    resolve();
    if (mode === "thread" || mode === "process") await until(() => hasEnded);
    expect(await pool.ask(async () => "and the worker is well")).toBe("and the worker is well");
  });

  test("many calls with functions, side by side, are told apart", async () => {
    const pool = stopped(Borrower.options({ mode, maxWorkers: mode === "thread" ? 2 : 1 }).init());
    const calls = Array.from({ length: 200 }, (_, index) => pool.ask(async (value) => [index, value], index));

    expect(await Promise.all(calls)).toEqual(Array.from({ length: 200 }, (_, index) => [index, index]));
  });

  test("a broadcast runs functions for every worker", async () => {
    const pool = stopped(Borrower.options({ mode, maxWorkers: mode === "thread" ? 3 : 1 }).init());
    await until(() => pool.getPoolStats().workers.every(({ state }) => state === "ready"));
    let count = 0;
    const results = await pool.broadcast.ask(async (value) => {
      count += 1;
      return value;
    }, "all");

    expect(results).toEqual(pool.getPoolStats().workers.map(() => "all"));
    expect(count).toBe(results.length);
  });
});

describe.each(HOSTED)("in %s mode", (mode) => {
  test("once the call has settled the function can't be used any more", async () => {
    const pool = stopped(borrowerPool(mode));
    let uses = 0;
    await pool.keep(async () => {
      uses += 1;
    });

    const error = await errorOf(pool.kept());
    expect(error).toBeInstanceOf(CancelledError);
    expect(error.message).toContain("has settled");
    expect(uses).toBe(0);
  });

  test("what can't be sent to or from a function rejects that use of it", async () => {
    const pool = stopped(borrowerPool(mode));
    const there = await errorOf(pool.askWithFunction(async () => 1));
    expect(there).toBeInstanceOf(SerializationError);
    expect(there).toMatchObject({ path: "[0].inner[0]" });
    expect(there.message).toContain("can't be sent to the caller");

    const back = await errorOf(pool.ask(async () => ({ secret: Symbol("s") })));
    expect(back).toBeInstanceOf(SerializationError);
    expect(back).toMatchObject({ path: ".secret" });
    expect(await pool.ask(async () => "well")).toBe("well");
  });

  test("a result can't hold a function", async () => {
    const pool = stopped(borrowerPool(mode));

    expect(await errorOf(pool.giveBack(async () => 1))).toMatchObject({
      code: "NOT_SERIALIZABLE",
      method: "giveBack",
    });
  });

  test("beside a function other arguments are refused as ever, with their place", async () => {
    const pool = stopped(borrowerPool(mode));
    const error = await errorOf(pool.ask(async () => 1, { deep: Symbol("s") }));

    expect(error).toMatchObject({ code: "NOT_SERIALIZABLE", argument: 1, path: ".deep" });
    expect(await pool.ask(async () => 1)).toBe(1);
  });

  test("a function behind what only a clone can copy is lent, and its call keeps its place", async () => {
    const pool = stopped(borrowerPool(mode));
    const order: unknown[] = [];
    const noteAs =
      (name: string) =>
      async (value: unknown): Promise<unknown> => {
        order.push([name, value]);
        return value;
      };
    const lent = noteAs("second");
    const second = {
      when: new Date(5),
      list: [[lent]],
      plain: { deep: { ask: lent } },
      map: new Map([["key", lent]]),
      set: new Set([lent]),
    };
    const results = Promise.all([
      pool.ask(noteAs("first"), 0),
      pool.askNested(second),
      pool.ask(noteAs("third"), 0),
    ]);

    expect(await results).toEqual([0, [1, 2, 3, 4, 5], 0]);
    expect(order.map((entry) => (entry as string[])[0]).join()).toBe(
      "first,second,second,second,second,third",
    );
  });

  test("an on-demand worker borrows, too", async () => {
    const pool = stopped(Borrower.options({ mode, onDemand: true, maxWorkers: 2 }).init());
    const calls = [1, 2, 3].map((value) => pool.ask(async (given) => [given, "back"], value));

    expect(await Promise.all(calls)).toEqual([1, 2, 3].map((value) => [value, "back"]));
  });
});

function open(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

nothingIsLeft();
