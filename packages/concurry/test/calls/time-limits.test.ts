import { TimeoutError } from "concurry";
import { describe, expect, test } from "vitest";
import { Trying } from "#workers/trying";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";

const stopped = stoppedAfterEach();

const LIMIT_MS = 80;
// What a call may take beyond its limit on a machine that has other things to do.
const PROMPT_MS = 2000;

describe.each(MODES)("in %s mode", (mode) => {
  const poolOf = (options: object = {}) =>
    stopped(Trying.options({ mode, concurrency: 1, graceMs: 1000, ...options }).init());

  test("a call past its time limit rejects in time; its method sees the signal abort", async () => {
    const pool = poolOf();
    await pool.attempt();
    const start = performance.now();
    const error = await errorOf(pool.with({ timeoutMs: LIMIT_MS }).hangUntil(2));
    const took = performance.now() - start;
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ name: "TimeoutError", code: "TIMEOUT", timeoutMs: LIMIT_MS });
    expect(took).toBeGreaterThanOrEqual(LIMIT_MS - 1);
    expect(took).toBeLessThan(LIMIT_MS + PROMPT_MS);
    expect(await pool.log()).toEqual(["timed out"]);
    expect(pool.getPoolStats()).toMatchObject({ timedOut: 1, failed: 0, cancelled: 0, restarts: 0 });
  });

  test("a method knows its deadline: the call's own, the pool's, or none", async () => {
    const limited = poolOf({ timeoutMs: 60_000 });
    const before = Date.now();
    const own = await limited.with({ timeoutMs: 5000 }).look();
    const ofPool = await limited.look();
    const after = Date.now();
    for (const [{ deadline = 0 }, limit] of [
      [own, 5000],
      [ofPool, 60_000],
    ] as const) {
      expect(deadline).toBeGreaterThanOrEqual(before + limit - 1);
      expect(deadline).toBeLessThanOrEqual(after + limit + 1);
    }
    expect((await poolOf().look()).deadline).toBeUndefined();
  });

  test("what was told of a call that could not be sent doesn't count for the next one", async () => {
    const pool = poolOf();
    await pool.attempt();
    const unsendable = pool.with({ timeoutMs: 5000 }).note((() => {}) as unknown as string);
    await unsendable.catch(() => {});
    expect((await pool.look()).deadline).toBeUndefined();
  });

  test("a limit counts from the start of the method, not while the call waits", async () => {
    const pool = poolOf();
    const slow = pool.pass("gate");
    await until(() => slow.status === "running");
    const waiting = Array.from({ length: 5 }, () => pool.with({ timeoutMs: LIMIT_MS }).attempt());
    await errorOf(slow.result({ timeoutMs: LIMIT_MS * 3 }));
    await pool.broadcast.open("gate");
    expect(await Promise.all([slow, ...waiting])).toEqual(["gate", 1, 1, 1, 1, 1]);
    expect(pool.getPoolStats().timedOut).toBe(0);
  });

  test("a quick failure and a slow second attempt are one time limit, not two", async () => {
    const pool = poolOf({
      timeoutMs: LIMIT_MS,
      retry: { retries: 1, waitMs: 1, methods: { hangUntil: { retries: 2 } } },
    });
    expect(await pool.hangUntil(3)).toBe(3);
    expect(pool.getPoolStats()).toMatchObject({ completed: 1, retried: 2, timedOut: 0 });
    const error = await errorOf(pool.hangUntil(9));
    expect(error).toBeInstanceOf(TimeoutError);
    expect((error.previousErrors as Error[]).map(({ name }) => name)).toEqual([
      "TimeoutError",
      "TimeoutError",
    ]);
    expect(pool.getPoolStats()).toMatchObject({ completed: 1, retried: 4, timedOut: 1 });
  });

  test("a `with` object may be used for many calls", async () => {
    const pool = poolOf();
    const limited = pool.with({ timeoutMs: 20_000, priority: 1, key: 7 });
    const calls = Array.from({ length: 50 }, (_, index) => limited.note(`${index}`));
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 50 }, (_, index) => `${index}`));
  });

  test.each<[string, object, typeof TypeError | typeof RangeError, string | RegExp]>([
    ["an unknown name", { timeout: 1 }, TypeError, 'did you mean "timeoutMs"?'],
    ["no time at all", { timeoutMs: 0 }, RangeError, "timeoutMs"],
    ["half a priority", { priority: 0.5 }, RangeError, /^priority must be an integer, got 0.5$/],
    ["a signal that is none", { signal: {} }, TypeError, "signal must be an AbortSignal"],
    ["a key that is an object", { key: {} }, TypeError, "key must be a string or number"],
    ["a retry rule for a misspelt method", { retry: { methods: { atempt: false } } }, TypeError, "attempt"],
  ])("with() refuses %s", (_what, options, kind, message) => {
    const pool = poolOf();
    expect(() => pool.with(options)).toThrow(kind);
    expect(() => pool.with(options)).toThrow(message);
  });
});

describe.each(HOSTED)("in %s mode", (mode) => {
  const poolOf = (options: object = {}) => stopped(Trying.options({ mode, ...options }).init());

  test("an endless loop costs its worker after graceMs, and the calls behind it move", async () => {
    const pool = poolOf({ maxWorkers: 2, graceMs: 50 });
    await Promise.all([pool.workers[0]?.attempt(), pool.workers[1]?.attempt()]);
    const endless = pool.with({ timeoutMs: LIMIT_MS }).spinUntil(2);
    const others = Array.from({ length: 40 }, (_, index) => pool.note(`${index}`));
    expect(await errorOf(endless)).toMatchObject({ code: "TIMEOUT" });
    expect(await Promise.all(others)).toHaveLength(40);
    expect(pool.getPoolStats()).toMatchObject({ timedOut: 1, failed: 0, restarts: 0, totalWorkers: 2 });
  });

  test("with several calls at once a late one is left alone, and its worker stays", async () => {
    const pool = poolOf({ concurrency: 4, graceMs: 1 });
    await pool.attempt();
    const { id } = pool.getWorkerStats(0);
    const late = [1, 2].map((gate) => pool.with({ timeoutMs: LIMIT_MS }).pass(`${gate}`));
    for (const call of late) expect(await errorOf(call)).toMatchObject({ code: "TIMEOUT" });
    expect(await pool.attempt()).toBe(1);
    await pool.broadcast.open("1");
    await pool.broadcast.open("2");
    expect((await pool.log()).slice(0, 2)).toEqual(["1 in", "2 in"]);
    expect(pool.getWorkerStats(0).id).toBe(id);
  });

  test("a worker that dies at the time limit settles each call once", async () => {
    const pool = poolOf({ graceMs: 0, timeoutMs: 20, maxWorkers: 2 });
    const calls = Array.from({ length: 12 }, (_, index) =>
      index % 3 === 0 ? pool.spinUntil(2) : pool.attempt(),
    );
    const outcomes = await Promise.allSettled(calls);
    const { completed, failed, timedOut, cancelled } = pool.getPoolStats();
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(completed);
    expect([completed + failed + timedOut, cancelled]).toEqual([12, 0]);
  });
});

nothingIsLeft();
