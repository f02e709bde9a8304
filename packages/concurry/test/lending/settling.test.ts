import { WorkerCrashedError } from "concurry";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BorrowError, Borrower } from "#workers/borrower";
import { QUIET } from "../death/support.ts";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { endless, type Watched } from "./support.ts";

const stopped = stoppedAfterEach();
const QUICK = { retries: 2, waitMs: 1 } as const;
// The methods hear of their end at once: only a hang would reach it.
const LONG_GRACE_MS = 60_000;
const SHORT_MS = 50;

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeEach(() => void process.on("unhandledRejection", note));
afterEach(() => {
  process.off("unhandledRejection", note);
  expect(unhandled.splice(0)).toEqual([]);
});

/** A function that says when it was begun, and answers when it is told to. */
function gate() {
  let answer: (value: unknown) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const answered = new Promise<unknown>((resolve, reject) => {
    answer = resolve;
    fail = reject;
  });
  const state = { begun: 0, ended: 0 };
  const lent = async (): Promise<unknown> => {
    state.begun += 1;
    try {
      return await answered;
    } finally {
      state.ended += 1;
    }
  };
  return { lent, state, answer, fail };
}

describe.each(HOSTED)("in %s mode", (mode) => {
  const poolWith = (options: object = {}) =>
    stopped(Borrower.options({ mode, graceMs: LONG_GRACE_MS, ...QUIET, ...options }).init());

  /** After the end of a call its worker is the same, and the source was closed once. */
  async function isInOrder(pool: ReturnType<typeof poolWith>, source: Watched): Promise<void> {
    await until(() => source.closed === 1);
    expect(await pool.leaveAlone(1)).toBe("left alone");
    expect([source.begun, source.closed]).toEqual([1, 1]);
  }

  test("a cancel closes the iterable, and the method hears of it where it waits for a function", async () => {
    const pool = poolWith();
    const source = endless();
    const { lent, state, fail } = gate();
    const future = pool.takeAndAsk(source, lent);
    await until(() => state.begun === 1);
    future.cancel("enough");

    expect(await errorOf(future)).toMatchObject({ code: "CANCELLED", cause: "enough" });
    await isInOrder(pool, source);
    expect(await pool.failures()).toEqual([{ name: "AbortError", code: "CANCELLED" }]);
    // What still runs here is left alone, and what becomes of it is nobody's affair.
    expect(state.ended).toBe(0);
    fail(new Error("too late"));
    await until(() => state.ended === 1);
    expect(pool.getPoolStats().restarts).toBe(0);
  });

  test("so does a time limit", async () => {
    const pool = poolWith();
    await pool.ready();
    const source = endless();
    const { lent } = gate();
    const error = await errorOf(pool.with({ timeoutMs: SHORT_MS }).takeAndAsk(source, lent));

    expect(error).toMatchObject({ code: "TIMEOUT" });
    await isInOrder(pool, source);
    expect(await pool.failures()).toEqual([{ name: "AbortError", code: "CANCELLED" }]);
  });

  test("so does a failure of the method", async () => {
    const pool = poolWith();
    const source = endless();

    expect(await errorOf(pool.beginAndFail(source))).toBeInstanceOf(BorrowError);
    await isInOrder(pool, source);
  });

  test("a cancel ends a loop that waits for an item, and closes its source at once", async () => {
    const pool = poolWith();
    const source = { begun: 0, closed: 0 };
    const silent = {
      next: () => {
        source.begun += 1;
        return new Promise<never>(() => {});
      },
      return: async () => {
        source.closed += 1;
        return { done: true as const, value: undefined };
      },
    };
    const future = pool.collect({ [Symbol.asyncIterator]: () => silent });
    await until(() => source.begun === 1);
    future.cancel();

    expect(await errorOf(future)).toMatchObject({ code: "CANCELLED" });
    expect(source.closed).toBe(1);
    expect(await pool.leaveAlone(1)).toBe("left alone");
    expect([source.begun, source.closed]).toEqual([1, 1]);
  });

  test("the death of the worker closes the iterable", async () => {
    const pool = poolWith();
    const source = endless();

    expect(await errorOf(pool.die(source))).toBeInstanceOf(WorkerCrashedError);
    await isInOrder(pool, source);
  });

  test("what a function gives to a worker that has died is dropped", async () => {
    const pool = poolWith({ concurrency: 2 });
    const { lent, state, fail, answer } = gate();
    const waiting = pool.ask(lent);
    await until(() => state.begun === 1);
    const death = pool.dieAsking(async () => {});

    expect(await errorOf(death)).toBeInstanceOf(WorkerCrashedError);
    expect(await errorOf(waiting)).toBeInstanceOf(WorkerCrashedError);
    expect(state.ended).toBe(0);
    fail(new Error("nobody is there"));
    answer(1);
    await until(() => state.ended === 1);
    expect(await pool.ask(async () => "well")).toBe("well");
  });

  test("a stop in cancel mode closes the iterable", async () => {
    const pool = poolWith({ graceMs: 0 });
    const source = endless();
    const { lent, state, answer } = gate();
    const future = pool.takeAndAsk(source, lent);
    await until(() => state.begun === 1);
    await pool.stop({ mode: "cancel" });

    expect(await errorOf(future)).toMatchObject({ code: "CANCELLED" });
    expect(source.closed).toBe(1);
    answer(1);
  });

  test("a draining stop waits for a call that waits for a function", async () => {
    const pool = poolWith();
    const { lent, state, answer } = gate();
    const future = pool.ask(lent);
    await until(() => state.begun === 1);
    const end = pool.stop();
    answer("in time");

    expect(await future).toBe("in time");
    await end;
  });

  test("a call that is cancelled before it leaves lends nothing", async () => {
    const pool = poolWith();
    const { lent, state, answer } = gate();
    const source = endless();
    const first = pool.ask(lent);
    await until(() => state.begun === 1);
    const second = pool.sum(source);
    second.cancel();
    answer(1);

    expect(await first).toBe(1);
    expect(await errorOf(second)).toMatchObject({ code: "CANCELLED" });
    expect([source.begun, source.closed]).toEqual([0, 0]);
  });

  test("an iterable that was begun can't be given again: the call fails with the error of that attempt", async () => {
    const pool = poolWith({ retry: QUICK });
    const source = endless();
    const error = await errorOf(pool.beginAndFail(source));

    expect(error).toBeInstanceOf(BorrowError);
    expect(error.message).toBe("attempt 1");
    await isInOrder(pool, source);
    expect(pool.getPoolStats().retried).toBe(0);
  });

  test("one whose worker died of it is lost, also where crashes are retried", async () => {
    const pool = poolWith({ retry: { ...QUICK, on: WorkerCrashedError } });
    const source = endless();

    expect(await errorOf(pool.die(source))).toBeInstanceOf(WorkerCrashedError);
    await isInOrder(pool, source);
  });

  test("a worker that dies before it has asked for anything leaves the rest to the next", async () => {
    const pool = poolWith({ retry: { ...QUICK, on: WorkerCrashedError } });
    let asked = 0;
    const error = await errorOf(
      pool.dieAsking(async () => {
        asked += 1;
      }),
    );

    expect(error).toBeInstanceOf(WorkerCrashedError);
    // Two in each attempt: functions work in all of them.
    expect(asked).toBe(6);
  });
});

describe.each(MODES)("in %s mode", (mode) => {
  test("functions work again in the next attempt, and so does an iterable that was not begun", async () => {
    const pool = stopped(Borrower.options({ mode, retry: QUICK }).init());
    const seen: unknown[] = [];
    const answer = await pool.failUntil(3, async (attempt) => {
      seen.push(attempt);
      return `answer ${attempt}`;
    });

    expect(answer).toBe("answer 3");
    expect(seen).toEqual([1, 2, 3]);
    expect(await pool.sumInAttempt(3, [1, 2, 3].values())).toBe(6);
    expect(pool.getPoolStats().retried).toBe(4);
  });
});

nothingIsLeft();
