import { describe, expect, test } from "vitest";
import { Gated } from "#workers/gated";
import { Sleeper } from "#workers/sleeper";
import { HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "./support.ts";

const stopped = stoppedAfterEach();

describe.each(MODES)("in %s mode", (mode) => {
  const gatedPool = (concurrency: number) => stopped(Gated.options({ mode, concurrency }).init());
  const runningIn = async (pool: ReturnType<typeof gatedPool>) => (await pool.broadcast.running())[0];

  test("with concurrency 1 a worker runs one call at a time, in order, also across await", async () => {
    const pool = gatedPool(1);
    const calls = [pool.pass("a"), pool.note("between"), pool.pass("b")];
    await until(async () => (await runningIn(pool)) === 1);
    expect(calls.map(({ status }) => status)).toEqual(["running", "queued", "queued"]);
    await pool.broadcast.open("b");
    await pool.broadcast.open("a");
    expect(await Promise.all(calls)).toEqual(["a", "between", "b"]);
    expect(await pool.log()).toEqual(["a in", "a out", "between", "b in", "b out"]);
    expect(await pool.most()).toBe(1);
  });

  test("with concurrency 3 exactly three calls run at once", async () => {
    const pool = gatedPool(3);
    const calls = ["a", "b", "c", "d", "e", "f", "g"].map((gate) => pool.pass(gate));
    await until(async () => (await runningIn(pool)) === 3);
    expect((await pool.broadcast.log())[0]).toEqual(["a in", "b in", "c in"]);
    await pool.broadcast.open("b");
    expect(await calls[1]).toBe("b");
    await until(async () => (await runningIn(pool)) === 3);
    expect((await pool.broadcast.log())[0]).toEqual(["a in", "b in", "c in", "b out", "d in"]);
    for (const gate of ["a", "c", "d", "e", "f", "g"]) await pool.broadcast.open(gate);
    await Promise.all(calls);
    expect(await pool.most()).toBe(3);
  });
});

test("in async mode all calls run side by side: ten thousand sleep at once", async () => {
  const pool = stopped(Sleeper.options({ mode: "async" }).init());
  const calls = Array.from({ length: 10_000 }, () => pool.sleep(50));
  expect(pool.getPoolStats()).toMatchObject({ running: 10_000, queued: 0 });
  expect(new Set(await Promise.all(calls))).toEqual(new Set([0]));
  // One after the other they would take 500 s, past any time limit of this test.
});

test("in async mode a plain method runs after the caller's turn, not in it", async () => {
  const pool = stopped(Sleeper.options({ mode: "async" }).init());
  await pool.ready();
  const call = pool.work(5);
  expect(call.status).not.toBe("fulfilled");
  expect(await call).toBe(0);
});

test("in sync mode a call of a plain method is settled when it returns", async () => {
  const pool = stopped(Gated.options({ mode: "sync" }).init());
  const call = pool.note("now");
  expect(call.status).toBe("fulfilled");
  expect(pool.getPoolStats()).toMatchObject({ completed: 1, running: 0, queued: 0 });
  expect(await call).toBe("now");
});

test.each(HOSTED)("in %s mode with concurrency Infinity hundreds of calls run at once", async (mode) => {
  const pool = stopped(Gated.options({ mode, concurrency: Number.POSITIVE_INFINITY }).init());
  const calls = Array.from({ length: 500 }, () => pool.pass("all"));
  await until(async () => (await pool.broadcast.running())[0] === 500);
  await pool.broadcast.open("all");
  expect(await Promise.all(calls)).toHaveLength(500);
});

nothingIsLeft();
