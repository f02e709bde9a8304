import { describe, expect, test } from "vitest";
import { Elastic, Patient } from "#workers/elastic";
import { Mortal } from "#workers/mortal";
import { QUIET } from "../death/support.ts";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { numbers, states } from "./support.ts";

const stopped = stoppedAfterEach();
/** Long enough that a worker that is well answers in time, on a machine that is busy with other tests, too. */
const CHECK = { intervalMs: 50, timeoutMs: 2_000 } as const;
/** For workers that are not to answer at all. */
const IMPATIENT = { intervalMs: 50, timeoutMs: 300 } as const;

/** Waits until workers have been asked so many times, as far as one can tell from here. */
async function looksGoBy(pool: { echo(value: number): PromiseLike<unknown> }, count: number): Promise<void> {
  const end = performance.now() + count * CHECK.intervalMs;
  while (performance.now() < end) await pool.echo(1);
}

describe.each(MODES)("in %s mode", (mode) => {
  test.each([
    ["says no", "false", "its healthCheck() returned false"],
    ["throws", "throws", "its healthCheck() threw RangeError: fever"],
  ] as const)("a worker that %s is replaced", async (_, illness, why) => {
    const pool = stopped(Patient.options({ mode, concurrency: 2, healthCheck: CHECK }).init());
    const exits: unknown[] = [];
    pool.on("workerExit", ({ expected }) => exits.push(expected));
    const running = pool.hang();
    await pool.fallIll(illness);
    const error = await errorOf(running);
    expect(error).toMatchObject({ code: "WORKER_CRASHED", lastMethod: "hang", started: true });
    expect((error.cause as Error).message).toBe(why);
    expect(error.message).toContain(why);
    if (illness === "throws")
      expect((error.cause as Error).cause).toMatchObject({ name: "RangeError", message: "fever" });
    expect(await pool.echo("well")).toBe("well");
    expect(exits).toEqual([false]);
    expect(pool.getPoolStats()).toMatchObject({ restarts: 1, totalWorkers: 1 });
  });

  test("a worker that never answers its own check is replaced, though it answers a heartbeat", async () => {
    const pool = stopped(Patient.options({ mode, concurrency: 2, healthCheck: IMPATIENT }).init());
    const running = pool.hang();
    await pool.fallIll("silent");
    const { cause } = await errorOf(running);
    expect((cause as Error).message).toBe("it didn't answer its healthCheck() within 300 ms");
    expect(await pool.echo("well")).toBe("well");
  });

  test("a worker that is well is left alone, with a check of its own and without", async () => {
    const pool = stopped(Patient.options({ mode, healthCheck: CHECK }).init());
    await looksGoBy(pool, 5);
    expect(pool.getPoolStats()).toMatchObject({ restarts: 0, failed: 0 });
    const plain = stopped(Mortal.options({ mode, healthCheck: CHECK }).init());
    await looksGoBy(plain, 5);
    expect(plain.getPoolStats()).toMatchObject({ restarts: 0, failed: 0 });
  });

  test("the check can also be called", async () => {
    const pool = stopped(Patient.options({ mode }).init());
    expect(await pool.healthCheck()).toBe(true);
  });
});

describe.each(HOSTED)("in %s mode", (mode) => {
  test("calls that wait at a worker that is ill move, those that run are lost", async () => {
    const pool = stopped(Patient.options({ mode, maxWorkers: 2, healthCheck: CHECK }).init());
    await pool.broadcast.echo("up");
    const running = pool.workers[0]?.hang();
    const pinned = pool.workers[0]?.echo("pinned");
    const waiting = numbers(6).map((number) => pool.echo(number));
    await until(() => running?.status === "running");
    await pool.broadcast.fallIllAt(0, "false");
    expect(await errorOf(running as Promise<never>)).toMatchObject({
      code: "WORKER_CRASHED",
      workerIndex: 0,
    });
    expect(await Promise.all(waiting)).toEqual(numbers(6));
    expect(await pinned).toBe("pinned");
    expect(pool.getPoolStats()).toMatchObject({ restarts: 1, failed: 1 });
  });

  test("an event loop that a call keeps busy is left alone", async () => {
    const pool = stopped(Patient.options({ mode, healthCheck: IMPATIENT }).init());
    expect(await pool.spend(IMPATIENT.timeoutMs * 4)).toBe("spent");
    const plain = stopped(Elastic.options({ mode, healthCheck: IMPATIENT }).init());
    const before = await plain.instance();
    expect(await plain.spend(IMPATIENT.timeoutMs * 3)).toBe(before);
    for (const one of [pool, plain]) expect(one.getPoolStats()).toMatchObject({ restarts: 0, failed: 0 });
  });

  test("an event loop that nothing of the pool's keeps busy is nobody's: the worker is replaced", async () => {
    const pool = stopped(Patient.options({ mode, healthCheck: IMPATIENT }).init());
    const exited = new Promise((resolve) => pool.once("workerExit", resolve));
    await pool.spinSoon();
    expect(await exited).toMatchObject({ expected: false, workerIndex: 0 });
    expect(await pool.echo("well")).toBe("well");
    expect(pool.getPoolStats()).toMatchObject({ restarts: 1 });
  });

  test("a worker that is ill again and again is given up, as one that dies too often", async () => {
    const restart = { maxRestarts: 1, windowMs: 600_000 };
    const pool = stopped(Patient.options({ mode, ...QUIET, healthCheck: CHECK, restart }).init());
    const waits: number[] = [];
    pool.on("workerRestart", ({ waitMs }) => waits.push(waitMs));
    for (let round = 0; round < 2; round += 1) {
      const exited = new Promise((resolve) => pool.once("workerExit", resolve));
      await pool.fallIll("false");
      await exited;
    }
    await until(() => states(pool)[0] === "dead");
    const error = await errorOf(pool.echo("late"));
    expect(error).toMatchObject({ code: "WORKER_START", cause: { code: "WORKER_CRASHED" } });
    expect(error.message).toMatch(/died too often .*its healthCheck\(\) returned false/);
    expect(waits).toEqual([0]);
  });
});

describe("in process mode", () => {
  test.runIf(process.platform === "linux" || process.platform === "darwin")(
    "a process that the system has stopped is replaced, also while a call runs",
    async () => {
      const pool = stopped(Mortal.options({ mode: "process", healthCheck: IMPATIENT, ...QUIET }).init());
      const pid = await pool.pid();
      const running = pool.hang();
      await until(() => running.status === "running");
      process.kill(pid, "SIGSTOP");
      const error = await errorOf(running);
      expect(error).toMatchObject({ code: "WORKER_CRASHED", signal: "SIGKILL" });
      expect((error.cause as Error).message).toBe("it didn't answer a heartbeat within 300 ms");
      expect(await pool.pid()).not.toBe(pid);
    },
  );
});

nothingIsLeft();
