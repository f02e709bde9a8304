import { CancelledError, StoppedError } from "concurry";
import { describe, expect, test } from "vitest";
import { Fragile, Gathering, type Weakness } from "#workers/fragile";
import { Mortal } from "#workers/mortal";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { gone, Notes, QUIET } from "./support.ts";

// A worker that doesn't let go has 1 s; the rest is for a machine that is busy with other tests.
const FORCED_MS = 5_000;
// Much longer than all else here takes, and shorter than a test.
const PATIENT_MS = 30_000;
const FOREVER = 2 ** 31 - 1;

const stopped = stoppedAfterEach();
const notes = new Notes();

async function msOf(promise: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await promise;
  return performance.now() - start;
}

describe.each(HOSTED)("in %s mode", (mode) => {
  function mortalPool(options: object = {}) {
    return stopped(Mortal.options({ mode, ...QUIET, ...options }).init());
  }

  function fragilePool(weakness: Weakness, options: object = {}) {
    return stopped(Fragile.options({ mode, ...QUIET, ...options }).init(weakness));
  }

  test.each(["spin", "hang"] as const)(
    "a cancelling stop ends a worker whose method does %s",
    async (method) => {
      const pool = mortalPool();
      const pid = await pool.pid();
      const [stuck, waiting] = [pool[method](), pool.echo("waits")];
      await until(() => stuck.status === "running");
      expect(await msOf(pool.stop({ mode: "cancel" }))).toBeLessThan(FORCED_MS);
      for (const call of [stuck, waiting]) {
        const error = await errorOf(call);
        expect(error).toBeInstanceOf(CancelledError);
        expect(error.cause).toBeInstanceOf(StoppedError);
      }
      if (mode === "process") await gone(pid);
      expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 0, running: 0, queued: 0, restarts: 0 });
    },
  );

  test.each(["timed out", "was cancelled"])(
    "a stop waits for a stuck method whose call %s no longer than graceMs",
    async (end) => {
      const pool = mortalPool({ graceMs: 50 });
      await pool.ready();
      const stuck = pool.with({ ...(end === "timed out" && { timeoutMs: 20 }) }).spin();
      if (end === "was cancelled") {
        await until(() => stuck.status === "running");
        stuck.cancel();
      }
      // A time limit begins when the method does.
      await errorOf(stuck);
      expect(await msOf(pool.stop({ timeoutMs: PATIENT_MS }))).toBeLessThan(FORCED_MS);
    },
  );

  test("a draining stop gives up at its time limit, even if that is 0", async () => {
    for (const timeoutMs of [0, 200]) {
      const pool = mortalPool();
      await pool.ready();
      const stuck = pool.spin();
      await until(() => stuck.status === "running");
      expect(await msOf(pool.stop({ timeoutMs }))).toBeLessThan(FORCED_MS);
      expect(await errorOf(stuck)).toBeInstanceOf(CancelledError);
    }
  });

  test("eight idle workers stop at the same time", async () => {
    notes.clear();
    const pool = stopped(Gathering.options({ mode, maxWorkers: 8 }).init(notes.file, 8));
    const pids = await pool.broadcast.pid();
    await pool.stop({ timeoutMs: PATIENT_MS });
    expect(notes.lines().length).toBe(8);
    if (mode === "process") await gone(...pids);
  });

  test("a stop while workers start ends them, and cancels what waits", async () => {
    const pool = mortalPool({ maxWorkers: 3 });
    const calls = [pool.echo(1), pool.workers[1]?.echo(2)] as Promise<unknown>[];
    const others = [pool.broadcast.echo(3), pool.ready()];
    const errors = Promise.all([...calls, ...others].map(errorOf));
    await pool.stop({ mode: "cancel" });
    expect((await errors).slice(0, 2).every((error) => error instanceof CancelledError)).toBe(true);
    expect((await errors)[3]).toBeInstanceOf(StoppedError);
    expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 0, queued: 0, running: 0 });
  });

  test("a draining stop while workers start finishes the calls first", async () => {
    const pool = mortalPool({ maxWorkers: 2 });
    const calls = Array.from({ length: 20 }, (_, number) => pool.echo(number));
    await pool.stop();
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 20 }, (_, number) => number));
  });

  test("a stop while workers hang in their start ends them", async () => {
    const pool = fragilePool({ when: "constructor", how: "spin" }, { maxWorkers: 2 });
    expect(await msOf(pool.stop())).toBeLessThan(FORCED_MS);
  });

  test("a stop while a dead worker waits to be started again ends the pool", async () => {
    const pool = mortalPool();
    await errorOf(pool.exit(1));
    await errorOf(pool.exit(1));
    await until(() => pool.getWorkerStats(0).state === "restarting");
    const calls = [pool.echo("waits"), pool.broadcast.echo("waits")].map(errorOf);
    await pool.stop({ mode: "cancel" });
    expect((await Promise.all(calls))[0]).toBeInstanceOf(CancelledError);
    expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 0, queued: 0 });
  });

  test("a worker that dies while the pool drains is replaced, so that accepted calls are finished", async () => {
    const pool = mortalPool();
    await pool.ready();
    const [dying, ...calls] = [pool.exit(1), pool.echo(1), pool.echo(2)];
    const stop = pool.stop();
    expect(await errorOf(dying as Promise<void>)).toMatchObject({ code: "WORKER_CRASHED" });
    expect(await Promise.all(calls)).toEqual([1, 2]);
    await stop;
    expect(await errorOf(pool.echo("late"))).toBeInstanceOf(StoppedError);
  });

  test("two stops are one, and a cancelling one hurries the other", async () => {
    const pool = mortalPool();
    await pool.ready();
    const stuck = pool.hang();
    await until(() => stuck.status === "running");
    const patient = pool.stop({ timeoutMs: PATIENT_MS });
    const again = pool.stop();
    expect(await msOf(pool.stop({ mode: "cancel" }))).toBeLessThan(FORCED_MS);
    await Promise.all([patient, again, pool.stop(), pool.close()]);
    expect(await errorOf(stuck)).toBeInstanceOf(CancelledError);
  });

  test("a cancelling stop hurries one that waits for an onStop", async () => {
    const pool = fragilePool({ when: "onStop", how: "hang" });
    await pool.which();
    const patient = pool.stop({ timeoutMs: FOREVER });
    await until(() => pool.getWorkerStats(0).state === "draining");
    expect(await msOf(pool.stop({ mode: "cancel" }))).toBeLessThan(FORCED_MS);
    await patient;
  });

  test("an onStop that never ends is cut at the time limit", async () => {
    const pool = fragilePool({ when: "onStop", how: "hang" });
    await pool.which();
    expect(await msOf(pool.stop({ timeoutMs: 10 }))).toBeLessThan(FORCED_MS);
  });

  test.each(["exit", "throw", "throwOutside", "spin"] as const)(
    "a worker may %s in its onStop",
    async (how) => {
      const pool = fragilePool({ when: "onStop", how });
      await pool.which();
      const exits: unknown[] = [];
      pool.on("workerExit", (event) => exits.push(event));
      expect(await msOf(pool.stop({ mode: "cancel" }))).toBeLessThan(FORCED_MS);
      expect(exits).toMatchObject([{ expected: true }]);
      expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 0, restarts: 0 });
    },
  );

  test("broadcasts that run when the pool is stopped settle", async () => {
    const pool = mortalPool({ maxWorkers: 2 });
    await pool.ready();
    const broadcast = pool.broadcast.hang();
    const error = errorOf(broadcast);
    await until(() => pool.getPoolStats().running === 2);
    await pool.stop({ mode: "cancel" });
    expect(((await error) as unknown as AggregateError).errors.length).toBe(2);
    expect(await errorOf(pool.broadcast.echo("late"))).toBeInstanceOf(StoppedError);
    await pool.drain();
  });

  test("a broadcast that waits for its arguments is cancelled by the stop", async () => {
    const pool = mortalPool();
    await pool.ready();
    let give: (value: string) => void = () => {};
    const late = errorOf(pool.broadcast.echo(new Promise<string>((resolve) => (give = resolve))));
    await pool.stop({ mode: "cancel" });
    give("late");
    const error = await late;
    expect(error).toBeInstanceOf(CancelledError);
    expect(error.cause).toBeInstanceOf(StoppedError);
  });

  test("a stuck call that is cancelled has its worker replaced, at once and not as a restart", async () => {
    const pool = mortalPool();
    await pool.ready();
    const exits: unknown[] = [];
    pool.on("workerExit", (event) => exits.push(event));
    const stuck = pool.spin();
    const waiting = pool.echo("waits");
    await until(() => stuck.status === "running");
    expect(stuck.cancel()).toBe(true);
    expect(await errorOf(stuck)).toBeInstanceOf(CancelledError);
    expect(await waiting).toBe("waits");
    expect(exits).toMatchObject([{ expected: true }]);
    expect(pool.getPoolStats().restarts).toBe(0);
  });
});

test("a process that is killed in its onStop has stopped", async () => {
  const pool = stopped(Fragile.options({ mode: "process" }).init({ when: "onStop", how: "kill" }));
  await pool.which();
  expect(await msOf(pool.stop())).toBeLessThan(FORCED_MS);
});

test.each(MODES)("in %s mode a pool that was never used stops", async (mode) => {
  const pool = stopped(Mortal.options({ mode }).init());
  await pool.stop();
  expect(pool.stopped).toBe(true);
});

nothingIsLeft();
