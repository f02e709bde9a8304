import { TaskPool } from "concurry";
import { afterAll, describe, expect, test } from "vitest";
import { fragile, half, inProcess, inThread, nap, square, untilAborted, whoAmI } from "#workers/tasks";
import { errorOf, HOSTED, MODES, stoppedAfterEach, until } from "../pool/support.ts";

const stopped = stoppedAfterEach();
afterAll(() => Promise.all([inThread.stop(), inProcess.stop()]));

describe.each(MODES)("in %s mode", (mode) => {
  test("it runs functions and tasks, whichever a call names", async () => {
    const pool = stopped(TaskPool.options({ mode }).init());
    const results = [pool.submit(square, 3), pool.submit(half, 8), pool.submit(inThread, 5)];
    expect(await Promise.all(results)).toEqual([9, 4, 25]);
    expect(pool.getPoolStats()).toMatchObject({ name: "TaskPool", mode, completed: 3 });
    // It ran here, and not in the pool of the task.
    expect(inThread.getPoolStats().totalWorkers).toBe(0);
  });

  test("map yields the results in order", async () => {
    const pool = stopped(TaskPool.options({ mode }).init());
    const results: number[] = [];
    for await (const result of pool.map(half, [2, 4, 6])) results.push(result);
    expect(results).toEqual([1, 2, 3]);
  });

  test("what a function throws arrives as itself", async () => {
    const pool = stopped(TaskPool.options({ mode }).init());
    const error = await errorOf(pool.submit(half, 3));
    expect(error).toMatchObject({ name: "OddError", value: 3 });
  });

  test("a stopped pool takes no calls", async () => {
    const pool = TaskPool.options({ mode }).init();
    await pool.stop();
    expect(await errorOf(pool.submit(square, 1))).toMatchObject({ code: "STOPPED" });
    expect(pool.stopped).toBe(true);
  });
});

describe.each(HOSTED)("in %s mode", (mode) => {
  test("several workers share the calls, and each loads a module once", async () => {
    const pool = stopped(TaskPool.options({ mode, maxWorkers: 2 }).init());
    await Promise.all(Array.from({ length: 20 }, () => pool.submit(nap, 5)));
    for (const { callsFinished } of pool.getPoolStats().workers) expect(callsFinished).toBeGreaterThan(0);
    expect(await pool.submit(whoAmI)).toMatchObject({
      method: "submit",
      receiver: "undefined",
      isHost: true,
    });
  });

  test("several functions may be looked for at once", async () => {
    const pool = stopped(TaskPool.options({ mode, concurrency: 3 }).init());
    const results = [pool.submit(square, 2), pool.submit(half, 2), pool.submit(nap, 2)];
    expect(await Promise.all(results)).toEqual([4, 1, 2]);
  });

  test("a closure is refused, and harms no other call", async () => {
    const pool = stopped(TaskPool.options({ mode }).init());
    const secret = 3;
    const error = await errorOf(pool.submit((value: number) => value + secret, 1));
    expect(error).toMatchObject({ code: "WORKER_NOT_FOUND" });
    expect(error.message).toMatch(/fixture module|Export it from its module, or wrap it as task\(/);
    expect(await pool.submit(square, 2)).toBe(4);
  });

  test("functions whose code stands nowhere are refused at once", () => {
    const pool = stopped(TaskPool.options({ mode }).init());
    const bound: (value: number) => number = square.bind(undefined);
    for (const native of [bound, Math.abs]) {
      expect(() => pool.submit(native, 1)).toThrow(/is bound, or one of the engine/);
      expect(() => pool.map(native, [1])).toThrow(/is bound, or one of the engine/);
    }
  });

  test("a death rejects the call that ran; the next worker finds its functions again", async () => {
    const pool = stopped(TaskPool.options({ mode }).init());
    expect(await pool.submit(fragile, 1)).toBe(1);
    expect(await errorOf(pool.submit(fragile, -1))).toMatchObject({ code: "WORKER_CRASHED" });
    expect(await pool.submit(fragile, 2)).toBe(2);
  });

  test("a call on demand has a worker of its own", async () => {
    const pool = stopped(TaskPool.options({ mode, onDemand: true, maxWorkers: 2 }).init());
    expect(await Promise.all([1, 2, 3].map((value) => pool.submit(square, value)))).toEqual([1, 4, 9]);
  });

  test("a cancelled call hears of it", async () => {
    const pool = stopped(TaskPool.options({ mode }).init());
    const future = pool.submit(untilAborted);
    await until(() => future.status === "running");
    expect(future.cancel("no more")).toBe(true);
    expect(await errorOf(future)).toMatchObject({ code: "CANCELLED", cause: "no more" });
    expect(await pool.submit(square, 2)).toBe(4);
  });
});

test.each(["sync", "async"] as const)("closures are welcome in %s mode", async (mode) => {
  const pool = stopped(TaskPool.options({ mode }).init());
  const factor = 3;
  expect(await pool.submit((value: number) => value * factor, 2)).toBe(6);
});

test("wrong arguments are refused at once", () => {
  const pool = stopped(TaskPool.options({ mode: "async" }).init());
  expect(() => pool.submit("square" as unknown as () => void)).toThrow(
    "The function of submit() must be a function",
  );
  expect(() => TaskPool.options({ mode: "async", workers: 2 } as never)).toThrow(
    /^TaskPool.options\(\) has no option/,
  );
});
