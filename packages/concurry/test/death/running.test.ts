import { describe, expect, test } from "vitest";
import { Mortal } from "#workers/mortal";
import { errorOf, HOSTED, nothingIsLeft, stoppedAfterEach } from "../pool/support.ts";
import { Notes, QUIET, repeated, SEEN_MS, Spawned } from "./support.ts";

const stopped = stoppedAfterEach();
const spawned = new Spawned();
const notes = new Notes();

type MortalPool = ReturnType<typeof mortalPool>;

function mortalPool(mode: "thread" | "process", options: object = {}) {
  return stopped(Mortal.options({ mode, ...QUIET, ...options }).init());
}

const deaths: [name: string, die: (pool: MortalPool) => Promise<unknown>, facts: object, cause?: object][] = [
  ["process.exit in a method", (pool) => pool.exit(3), { exitCode: 3, lastMethod: "exit" }],
  [
    "process.exit from a timer",
    (pool) => pool.exitWhileWaiting(0),
    { exitCode: 0, lastMethod: "exitWhileWaiting" },
  ],
  [
    "an error thrown outside of any call",
    (pool) => pool.throwOutside("too far"),
    { exitCode: 1, lastMethod: "throwOutside" },
    { name: "RangeError", message: "too far", detail: { depth: 7 } },
  ],
  [
    "a rejection that nobody handles",
    (pool) => pool.rejectUnseen("too far"),
    { exitCode: 1, lastMethod: "rejectUnseen" },
    { name: "RangeError", message: "too far" },
  ],
];

describe.each(HOSTED)("in %s mode", (mode) => {
  test.each(deaths)(
    "%s rejects the call that runs, and the worker is replaced",
    async (_, die, facts, cause) => {
      const pool = mortalPool(mode);
      await pool.ready();
      const death = spawned.endOfLast();
      const error = await errorOf(die(pool));
      expect(performance.now() - (await death)).toBeLessThan(SEEN_MS);
      expect(error).toMatchObject({
        code: "WORKER_CRASHED",
        signal: null,
        workerIndex: 0,
        started: true,
        ...facts,
      });
      if (cause === undefined) expect(error.cause).toBeUndefined();
      else expect(error.cause).toMatchObject(cause);
      expect(await pool.echo("again")).toBe("again");
      expect(pool.getPoolStats()).toMatchObject({
        restarts: 1,
        failed: 1,
        completed: 1,
        running: 0,
        queued: 0,
      });
      expect(pool.getWorkerStats(0)).toMatchObject({ restarts: 1, state: "ready" });
    },
  );

  test("calls that wait behind one that kills the worker are run by the next", async () => {
    const pool = mortalPool(mode);
    await pool.ready();
    const exits: unknown[] = [];
    const restarts: unknown[] = [];
    pool.on("workerExit", (event) => exits.push(event));
    pool.on("workerRestart", (event) => restarts.push(event));
    const dying = pool.exit(5);
    const waiting = Array.from({ length: 100 }, (_, number) => pool.echo(number));
    expect(await errorOf(dying)).toMatchObject({ exitCode: 5, started: true });
    expect(await Promise.all(waiting)).toEqual(Array.from({ length: 100 }, (_, number) => number));
    expect(exits).toMatchObject([{ workerIndex: 0, exitCode: 5, signal: null, expected: false }]);
    expect(restarts).toEqual([{ workerIndex: 0, restarts: 1, waitMs: 0 }]);
  });

  test("calls that wait at a worker that dies move to another one", async () => {
    const pool = mortalPool(mode, { maxWorkers: 2, restart: false, loadBalancing: "round_robin" });
    await Promise.all([pool.workers[0]?.echo(0), pool.workers[1]?.echo(1)]);
    const dying = pool.workers[0]?.exit(5) as Promise<void>;
    const calls = Array.from({ length: 20 }, () => pool.which());
    expect(await errorOf(dying)).toMatchObject({ workerIndex: 0 });
    expect(new Set(await Promise.all(calls))).toEqual(new Set([1]));
    expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 1, restarts: 0 });
  });

  test("in a batch of calls each runs once at most, and those that answered have succeeded", async () => {
    notes.clear();
    const pool = mortalPool(mode);
    // Calls whose cost is known travel together.
    for (let round = 0; round < 30; round += 1)
      await Promise.all(Array.from({ length: 30 }, () => pool.note("/dev/null", 0)));
    await errorOf(pool.noteAndExit(notes.file, 1000));
    await pool.echo("up");
    const calls = Array.from({ length: 60 }, (_, number) =>
      number === 20 ? pool.noteAndExit(notes.file, number) : pool.note(notes.file, number),
    );
    const outcomes = await Promise.allSettled(calls);
    const lines = notes.lines();
    expect(repeated(lines)).toEqual([]);
    const { fulfilled, rejected } = sorted(outcomes);
    expect(rejected.length).toBeGreaterThan(0);
    for (const reason of rejected) expect(reason).toMatchObject({ code: "WORKER_CRASHED", started: true });
    expect(lines).toEqual(expect.arrayContaining(fulfilled.map(String)));
    // All before the death had answered.
    expect(fulfilled).toEqual(expect.arrayContaining(Array.from({ length: 20 }, (_, number) => number)));
    if (mode === "thread") expect(rejected.length).toBe(1);
  });

  test("a call made right after an idle worker died is not lost", async () => {
    const pool = mortalPool(mode);
    for (let death = 0; death < 3; death += 1) {
      let isGone = false;
      pool.once("workerExit", () => {
        isGone = true;
      });
      await pool.exitSoon(0);
      while (!isGone) expect(await pool.echo("here")).toBe("here");
    }
    expect(pool.getPoolStats().restarts).toBe(3);
  });

  test("a pinned call waits for the next worker at its place", async () => {
    const pool = mortalPool(mode, { maxWorkers: 2 });
    await Promise.all([pool.workers[0]?.echo(0), pool.workers[1]?.echo(1)]);
    const dying = pool.workers[1]?.exit(1) as Promise<void>;
    const pinned = [pool.workers[1]?.which(), pool.workers[1]?.which()];
    expect(await errorOf(dying)).toMatchObject({ workerIndex: 1 });
    const late = pool.workers[1]?.which();
    expect(await Promise.all([...pinned, late])).toEqual([1, 1, 1]);
    expect(pool.getWorkerStats(1).restarts).toBe(1);
  });

  test("a broadcast that kills the workers settles, and the pool goes on", async () => {
    const pool = mortalPool(mode, { maxWorkers: 2 });
    await Promise.all([pool.workers[0]?.echo(0), pool.workers[1]?.echo(1)]);
    const error = (await errorOf(pool.broadcast.exit(4))) as unknown as AggregateError;
    expect(error).toBeInstanceOf(AggregateError);
    expect(error.errors).toMatchObject([
      { code: "WORKER_CRASHED", exitCode: 4, workerIndex: 0, started: true },
      { code: "WORKER_CRASHED", exitCode: 4, workerIndex: 1, started: true },
    ]);
    expect(await pool.broadcast.echo("both")).toEqual(["both", "both"]);
    expect(await pool.drain()).toBe(undefined);
  });

  test("a call that waits for its arguments outlives its worker", async () => {
    const pool = mortalPool(mode);
    await pool.ready();
    let give: (value: string) => void = () => {};
    const call = pool.echo(
      new Promise<string>((resolve) => {
        give = resolve;
      }),
    );
    await errorOf(pool.exit(1));
    give("late");
    expect(await call).toBe("late");
  });
});

function sorted(outcomes: readonly PromiseSettledResult<unknown>[]): {
  fulfilled: unknown[];
  rejected: unknown[];
} {
  const fulfilled = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const rejected = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  return { fulfilled, rejected };
}

nothingIsLeft();
