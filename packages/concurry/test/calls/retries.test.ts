import { CancelledError, RetryError, TimeoutError, WorkerCrashedError } from "concurry";
import { describe, expect, test } from "vitest";
import { FlakyError, Trying } from "#workers/trying";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";

const stopped = stoppedAfterEach();

// Long enough that nothing but its end by force can end such a wait.
const LONG_WAIT_MS = 3_600_000;
const QUICK = { retries: 3, waitMs: 1 } as const;

describe.each(MODES)("in %s mode", (mode) => {
  const poolWith = (retry: object, options: object = {}) =>
    stopped(Trying.options({ mode, retry, ...options }).init());

  test("a call that fails is tried again until it succeeds, and knows its attempt", async () => {
    const pool = poolWith(QUICK);
    expect((await pool.failUntil(3)).attempt).toBe(3);
    expect(await pool.attempt()).toBe(1);
    expect(pool.getPoolStats()).toMatchObject({ completed: 2, failed: 0, retried: 2 });
  });

  test("all attempts of a call have one number", async () => {
    const pool = poolWith(QUICK);
    const seen = new Set<number>();
    pool.on("retry", ({ callId }) => void seen.add(callId));
    seen.add((await pool.failUntil(4)).callId);
    expect(seen.size).toBe(1);
  });

  test("the last error is thrown, as itself, with those before it", async () => {
    const pool = poolWith(QUICK);
    const error = await errorOf(pool.failUntil(9));
    expect(error).toBeInstanceOf(FlakyError);
    expect(error.message).toBe("attempt 4");
    const previous = error.previousErrors as Error[];
    expect(previous.map(({ message }) => message)).toEqual(["attempt 1", "attempt 2", "attempt 3"]);
    expect(previous.every((each) => each instanceof FlakyError)).toBe(true);
    expect(pool.getPoolStats()).toMatchObject({ completed: 0, failed: 1, retried: 3 });
  });

  test("an error that `on` doesn't take is thrown at once, without a history", async () => {
    const pool = poolWith({ ...QUICK, on: RangeError });
    const error = await errorOf(pool.failUntil(2));
    expect(error.message).toBe("attempt 1");
    expect("previousErrors" in error).toBe(false);
    expect(await pool.log()).toEqual(["attempt 1"]);
  });

  test("`on` knows registered classes, and predicates see what was thrown", async () => {
    const pool = poolWith({ ...QUICK, on: [FlakyError, (error: unknown) => error === "busy"] });
    expect((await pool.failUntil(2)).attempt).toBe(2);
    expect(await errorOf(pool.throwText("busy"))).toBe("busy");
    expect(pool.getPoolStats()).toMatchObject({ completed: 1, failed: 1, retried: 4 });
  });

  test("a result that `until` refuses is tried again; used up, all results are told", async () => {
    const pool = poolWith({ ...QUICK, until: (result: unknown) => result === 3 });
    expect(await pool.attempt()).toBe(3);
    const never = pool.with({ retry: { ...QUICK, retries: 2, until: () => false } });
    const error = await errorOf(never.attempt());
    expect(error).toBeInstanceOf(RetryError);
    expect(error).toMatchObject({ code: "RETRIES_USED_UP", results: [1, 2, 3] });
    expect(error.message).toContain('"attempt"');
    expect("previousErrors" in error).toBe(false);
  });

  test("errors and refused results of one call are kept apart", async () => {
    const pool = poolWith({ ...QUICK, until: () => false });
    const error = await errorOf(pool.alternate());
    expect(error).toMatchObject({ code: "RETRIES_USED_UP", results: [2, 4] });
    const previous = error.previousErrors as Error[];
    expect(previous.map(({ message }) => message)).toEqual(["attempt 1", "attempt 3"]);
  });

  test("what a predicate throws is the end of the call", async () => {
    const refuse = (): never => {
      throw new SyntaxError("predicate");
    };
    const pool = poolWith({ ...QUICK, on: refuse, until: refuse });
    expect(await errorOf(pool.failUntil(2))).toMatchObject({ name: "SyntaxError", message: "predicate" });
    expect(await errorOf(pool.attempt())).toMatchObject({ name: "SyntaxError", message: "predicate" });
    expect(pool.getPoolStats()).toMatchObject({ failed: 2, retried: 0 });
  });

  test("a predicate that answers later ends the call, and its own failure ends nothing else", async () => {
    const unheard: unknown[] = [];
    const hear = (reason: unknown): void => void unheard.push(reason);
    process.on("unhandledRejection", hear);
    const later = (): never => Promise.reject(new SyntaxError("predicate")) as never;
    const pool = poolWith({ ...QUICK, on: later, until: later });
    const mistake = (name: string) => ({
      name: "TypeError",
      message: `A function of retry.${name} must answer at once, with true or false; function later returned a promise`,
    });
    expect(await errorOf(pool.failUntil(2))).toMatchObject(mistake("on"));
    expect(await errorOf(pool.attempt())).toMatchObject(mistake("until"));
    expect(pool.getPoolStats()).toMatchObject({ failed: 2, retried: 0 });
    // Rejections that nobody handles are told of before the next turn.
    await new Promise(setImmediate);
    process.off("unhandledRejection", hear);
    expect(unheard).toEqual([]);
  });

  test("methods have rules of their own, and `with` beats them all", async () => {
    const pool = poolWith({ ...QUICK, methods: { failUntil: false, whereAtSecond: { retries: 1 } } });
    expect((await errorOf(pool.failUntil(2))).message).toBe("attempt 1");
    expect(await pool.whereAtSecond()).toBe(0);
    expect((await pool.with({ retry: QUICK }).failUntil(2)).attempt).toBe(2);
    expect((await errorOf(pool.with({ retry: false }).whereAtSecond())).message).toBe("first");
  });

  test("the event tells of each wait", async () => {
    const pool = poolWith({ retries: 2, waitMs: 2, jitter: 0 });
    const told: unknown[] = [];
    pool.on("retry", ({ method, attempt, waitMs, error }) =>
      told.push([method, attempt, waitMs, (error as Error).message]),
    );
    await pool.failUntil(3);
    expect(told).toEqual([
      ["failUntil", 1, 2, "attempt 1"],
      ["failUntil", 2, 4, "attempt 2"],
    ]);
  });

  test("a call is open while it waits for its next attempt; cancelling ends the wait at once", async () => {
    const pool = poolWith({ retries: 1, waitMs: LONG_WAIT_MS });
    const call = pool.failUntil(2);
    await until(() => pool.getPoolStats().retried === 1);
    expect(call.status).toBe("queued");
    expect(await pool.attempt()).toBe(1);
    expect(call.cancel("enough")).toBe(true);
    expect(await errorOf(call)).toMatchObject({ code: "CANCELLED", cause: "enough" });
    await pool.drain();
    expect(pool.getPoolStats()).toMatchObject({ completed: 1, cancelled: 1, failed: 0 });
  });

  test("a cancelling stop ends the wait; a draining one lets the call finish", async () => {
    const pool = poolWith({ retries: 1, waitMs: LONG_WAIT_MS });
    const call = pool.failUntil(2);
    await until(() => pool.getPoolStats().retried === 1);
    await pool.stop({ mode: "cancel" });
    const error = await errorOf(call);
    expect(error).toBeInstanceOf(CancelledError);
    expect(error.cause).toMatchObject({ code: "STOPPED" });

    const other = poolWith({ retries: 2, waitMs: 20 });
    const finished = other.failUntil(3);
    await other.stop();
    expect((await finished).attempt).toBe(3);
  });

  test("drain waits for attempts that are still to come", async () => {
    const pool = poolWith({ retries: 2, waitMs: 20 });
    const call = pool.failUntil(3);
    await pool.drain();
    expect(call.status).toBe("fulfilled");
  });

  test("arguments that were promises are there at each attempt; one that rejects is never retried", async () => {
    const pool = poolWith(QUICK);
    expect((await pool.failUntil(Promise.resolve(3))).attempt).toBe(3);
    expect((await errorOf(pool.failUntil(Promise.reject(new Error("argument"))))).message).toBe("argument");
    expect(pool.getPoolStats().retried).toBe(2);
  });

  test("a predicate may cancel its own call, and no worker is the worse for it", async () => {
    const pool = poolWith({});
    const { id } = await pool.attempt().then(() => pool.getWorkerStats(0));
    const cancelling = (answer: boolean) => {
      const aborter = new AbortController();
      const decide = (): boolean => {
        aborter.abort("seen enough");
        return answer;
      };
      return { signal: aborter.signal, graceMs: 0, retry: { waitMs: 1, on: decide, until: decide } };
    };
    for (const answer of [true, false]) {
      expect(await errorOf(pool.with(cancelling(answer)).failUntil(2))).toMatchObject({ code: "CANCELLED" });
      expect(await errorOf(pool.with(cancelling(answer)).attempt())).toMatchObject({ code: "CANCELLED" });
    }
    for (let count = 0; count < 100; count += 1) await pool.attempt();
    expect(pool.getWorkerStats(0).id).toBe(id);
    expect(pool.getPoolStats()).toMatchObject({ cancelled: 4, completed: 101, failed: 0, retried: 0 });
  });

  test("pinned and keyed calls are tried again where they belong", async () => {
    const maxWorkers = mode === "thread" || mode === "process" ? 3 : 1;
    const pool = poolWith(QUICK, { maxWorkers });
    const last = maxWorkers - 1;
    expect(await pool.workers[last]?.whereAtSecond()).toBe(last);
    for (const key of ["a", "b", "c", "d"]) {
      const there = await pool.with({ key }).where();
      expect(await pool.with({ key }).whereAtSecond()).toBe(there);
    }
  });
});

describe.each(HOSTED)("in %s mode", (mode) => {
  const crashing = (options: object) => stopped(Trying.options({ mode, graceMs: 50, ...options }).init());

  test("a call that was running when its worker died is not tried again, unless that was asked for", async () => {
    const pool = crashing({ retry: QUICK });
    expect(await errorOf(pool.exitUntil(2))).toBeInstanceOf(WorkerCrashedError);
    expect(pool.getPoolStats().retried).toBe(0);
    const asked = pool.with({ retry: { ...QUICK, on: WorkerCrashedError } });
    expect(await asked.exitUntil(2)).toBe(2);
    expect(pool.getPoolStats()).toMatchObject({ completed: 1, failed: 1, retried: 1, restarts: 2 });
  });

  test("a time limit is tried again, also beside the attempt that obeys late", async () => {
    const pool = crashing({ maxWorkers: 1, retry: { ...QUICK, on: TimeoutError }, timeoutMs: 30 });
    expect(await pool.hangUntil(3)).toBe(3);
    expect(await pool.log()).toEqual(["timed out", "timed out"]);
    expect(pool.getPoolStats()).toMatchObject({ completed: 2, timedOut: 0, retried: 2, restarts: 0 });
  });

  test("a call whose first attempt never ends succeeds in the worker that takes its place", async () => {
    const pool = crashing({ retry: { retries: 1, waitMs: 0 } });
    await pool.attempt();
    const limited = pool.with({ timeoutMs: 50 });
    const behind = limited.spinUntil(2);
    const others = Array.from({ length: 20 }, (_, index) => pool.note(`${index}`));
    expect(await behind).toBe(2);
    expect(await Promise.all(others)).toHaveLength(20);
    expect(pool.getPoolStats()).toMatchObject({ completed: 22, failed: 0, retried: 1, restarts: 0 });
  });

  test("a draining stop replaces a worker whose call is past its time limit, so that the rest gets done", async () => {
    const pool = crashing({ timeoutMs: 100, retry: { retries: 1, waitMs: 0 } });
    await pool.attempt();
    const calls = [pool.spinUntil(2), pool.attempt()];
    await pool.stop();
    expect(await Promise.all(calls)).toEqual([2, 1]);
  });
});

test("in thread mode what was moved to a worker is not sent again; in process mode nothing moves", async () => {
  const transferring = (mode: "thread" | "process") => {
    const bytes = new Uint8Array(8);
    const pool = stopped(Trying.options({ mode, retry: QUICK }).init());
    return pool.with({ transfer: [bytes.buffer] }).sizeAt(2, bytes);
  };
  expect(await errorOf(transferring("thread"))).toMatchObject({ name: "FlakyError", message: "not yet" });
  expect(await transferring("process")).toBe(8);
});

nothingIsLeft();
