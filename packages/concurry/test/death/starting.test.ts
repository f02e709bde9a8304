import { describe, expect, test } from "vitest";
import { Broken } from "#workers/broken";
import { Fragile, NotStarted, type Weakness } from "#workers/fragile";
import { Mortal } from "#workers/mortal";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { Notes, QUIET, SEEN_MS } from "./support.ts";

// How long a worker that hangs may take to start, and how long until its end is seen.
const START_MS = 700;

const stopped = stoppedAfterEach();
const notes = new Notes();

function fragilePool(mode: (typeof MODES)[number], weakness: Weakness, options: object = {}) {
  const quiet = mode === "thread" || mode === "process" ? QUIET : {};
  return stopped(Fragile.options({ mode, ...quiet, ...options }).init(weakness));
}

describe.each(MODES)("in %s mode", (mode) => {
  test.each(["constructor", "onStart"] as const)(
    "a %s that throws rejects all calls with what it threw, and is not tried again",
    async (when) => {
      const pool = fragilePool(mode, { when, how: "throw" });
      const early = [pool.which(), pool.workers[0]?.which(), pool.ready()] as Promise<unknown>[];
      const broadcast = errorOf(pool.broadcast.which());
      const errors = await Promise.all(early.map(errorOf));
      for (const error of [...errors, ...causesOf(await broadcast)]) {
        expect(error).toMatchObject({ code: "WORKER_START", name: "WorkerStartError" });
        expect(error.cause).toBeInstanceOf(NotStarted);
        expect(error.cause).toMatchObject({ message: "no key", depth: 3 });
      }
      const late = [pool.which(), pool.workers[0]?.which(), pool.broadcast.which(), pool.ready()];
      const lateErrors = await Promise.all((late as Promise<unknown>[]).map(errorOf));
      expect(lateErrors.map(({ code }) => code)).toEqual(Array(4).fill("WORKER_START"));
      expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 0, restarts: 0, queued: 0, running: 0 });
      expect(await pool.drain()).toBeUndefined();
    },
  );

  test("an onStart that never ends is ended at the time limit", async () => {
    const pool = fragilePool(mode, { when: "onStart", how: "hang" }, { startTimeoutMs: START_MS });
    const [error] = await Promise.all([errorOf(pool.which()), errorOf(pool.broadcast.which())]);
    expect(error).toMatchObject({ code: "WORKER_START" });
    // On a busy machine it may not have come to its onStart by then.
    expect(error.message).toMatch(/not up after 700 ms|still loading .* after 0.7 s/);
    expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 0, restarts: 0 });
  });
});

describe.each(HOSTED)("in %s mode", (mode) => {
  test("a constructor in an endless loop is ended at the time limit", async () => {
    const pool = fragilePool(mode, { when: "constructor", how: "spin" }, { startTimeoutMs: START_MS });
    expect(await errorOf(pool.which())).toMatchObject({ code: "WORKER_START" });
  });

  test("a module that can't be loaded rejects the calls with the reason", async () => {
    const pool = stopped(Broken.options({ mode, ...QUIET }).init());
    const error = await errorOf(pool.echo("anybody?"));
    expect(error).toMatchObject({ code: "WORKER_START", reason: "load" });
    expect(error.cause).toMatchObject({
      name: "RangeError",
      message: "this module loads in the program only",
    });
    expect(await errorOf(pool.echo("now?"))).toMatchObject({ code: "WORKER_START" });
  });

  test("an error thrown outside of the constructor, before the worker is up, is a failed start", async () => {
    const pool = fragilePool(mode, { when: "onStart", how: "throwOutside" });
    const error = await errorOf(pool.which());
    expect(error).toMatchObject({ code: "WORKER_START" });
    expect(error.cause).toMatchObject({ name: "RangeError", message: "too early" });
    expect(pool.getPoolStats().restarts).toBe(0);
  });

  test.each(["constructor", "onStart"] as const)(
    "a worker that exits in its first %s is started anew",
    async (when) => {
      notes.clear();
      const pool = fragilePool(mode, { when, how: "exit", first: notes.file });
      const exits: unknown[] = [];
      pool.on("workerExit", (event) => exits.push(event));
      expect(await Promise.all([pool.which(), pool.workers[0]?.which(), pool.broadcast.which()])).toEqual([
        0,
        0,
        [0],
      ]);
      expect(exits).toMatchObject([{ exitCode: 6, expected: false }]);
      expect(pool.getPoolStats()).toMatchObject({ restarts: 1, failed: 0 });
    },
  );

  test("a worker that always exits at its start is given up, with its last death as the cause", async () => {
    const restart = { maxRestarts: 2, windowMs: 60_000 };
    const pool = fragilePool(mode, { when: "onStart", how: "exit" }, { restart });
    const error = await errorOf(pool.which());
    expect(error).toMatchObject({ code: "WORKER_START" });
    expect(error.cause).toMatchObject({ code: "WORKER_CRASHED", exitCode: 6, workerIndex: 0 });
    expect(pool.getPoolStats()).toMatchObject({ restarts: 2, totalWorkers: 0 });
  });

  test("a worker that fails when it is started again is tried until the restarts are used up", async () => {
    notes.clear();
    const restart = { maxRestarts: 2, windowMs: 60_000 };
    const pool = fragilePool(mode, { when: "onStart", how: "throw", later: notes.file }, { restart });
    expect(await pool.which()).toBe(0);
    await errorOf(pool.exit(1));
    const error = await errorOf(pool.which());
    expect(error).toMatchObject({ code: "WORKER_START", message: expect.stringContaining("died too often") });
    expect(error.cause).toMatchObject({ code: "WORKER_START" });
    expect((error.cause as Error).cause).toBeInstanceOf(NotStarted);
    expect(notes.lines().length).toBe(3);
  });

  test("one of four workers that can't start doesn't hold up the others", async () => {
    notes.clear();
    const pool = fragilePool(mode, { when: "onStart", how: "throw", first: notes.file }, { maxWorkers: 4 });
    const calls = Array.from({ length: 40 }, () => pool.which());
    const indexes = new Set(await Promise.all(calls));
    await until(() =>
      pool.getPoolStats().workers.every(({ state }) => state === "ready" || state === "dead"),
    );
    const { workers, totalWorkers } = pool.getPoolStats();
    expect(totalWorkers).toBe(3);
    const dead = workers.findIndex(({ state }) => state === "dead");
    expect([...indexes]).not.toContain(dead);
    expect(await errorOf(pool.workers[dead]?.which() as Promise<number>)).toMatchObject({
      code: "WORKER_START",
    });
    expect((await pool.broadcast.which()).length).toBe(3);
    await Promise.all(Array.from({ length: 8 }, () => pool.which()));
  });
});

describe("a process", () => {
  test("that is killed while it starts is started anew, and no call is lost", async () => {
    notes.clear();
    const pool = fragilePool("process", { when: "constructor", how: "kill", first: notes.file });
    const calls = Array.from({ length: 10 }, () => pool.which());
    expect(new Set(await Promise.all(calls))).toEqual(new Set([0]));
    expect(pool.getPoolStats().restarts).toBe(1);
  });

  test("that is killed before its host is loaded is started anew, and no call is lost", async () => {
    const pool = stopped(Mortal.options({ mode: "process" }).init());
    const call = pool.echo("here");
    process.kill(pool.getWorkerStats(0).pid as number, "SIGKILL");
    expect(await call).toBe("here");
    expect(pool.getPoolStats().restarts).toBe(1);
  });

  test("with flags that Node doesn't know is not tried again", async () => {
    const pool = stopped(Mortal.options({ mode: "process", execArgv: ["--no-such-flag"], ...QUIET }).init());
    const start = performance.now();
    const error = await errorOf(pool.echo("here"));
    expect(error).toMatchObject({ code: "WORKER_START", message: expect.stringContaining("--no-such-flag") });
    expect(performance.now() - start).toBeLessThan(SEEN_MS);
    expect(pool.getPoolStats().restarts).toBe(0);
  });
});

/** Where the start has failed before the broadcast is made, there is no worker that it could fail in. */
function causesOf(error: Error): Error[] {
  return error instanceof AggregateError ? error.errors : [error];
}

nothingIsLeft();
