import { describe, expect, test } from "vitest";
import { Elastic } from "#workers/elastic";
import { Gated } from "#workers/gated";
import { Notes, repeated } from "../death/support.ts";
import { HOSTED, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { numbers, states } from "./support.ts";

const stopped = stoppedAfterEach();
const notes = new Notes();
const BALANCERS = ["round_robin", "least_active", "least_total", "random", "shared_queue"] as const;

describe.each(HOSTED)("in %s mode", (mode) => {
  const elasticPool = (options: object) => stopped(Elastic.options({ mode, ...options }).init());
  const gatedPool = (options: object) => stopped(Gated.options({ mode, ...options }).init());

  test.each(BALANCERS)(
    "under %s calls survive growing and shrinking, and run once",
    async (loadBalancing) => {
      notes.clear();
      const pool = elasticPool({ maxWorkers: 2, loadBalancing });
      const make = (from: number) => numbers(60).map((step) => pool.run(from + step, step % 3, notes.file));
      const calls = make(0);
      await pool.resize(4);
      calls.push(...make(60));
      const shrunk = pool.resize(1);
      calls.push(...make(120));
      await shrunk;
      calls.push(...make(180));
      const grown = pool.resize(3);
      const done = await Promise.all(calls);
      await grown;
      expect(done.map(({ number }) => number)).toEqual(numbers(240));
      expect(notes.lines().length).toBe(240);
      expect(repeated(notes.lines())).toEqual([]);
      const stats = pool.getPoolStats();
      expect(stats).toMatchObject({ completed: 240, failed: 0, restarts: 0, totalWorkers: 3, maxWorkers: 3 });
    },
  );

  test("a worker that stays runs its calls in the order in which they were made", async () => {
    notes.clear();
    const pool = elasticPool({ maxWorkers: 3 });
    const calls = numbers(90).map((number) => pool.run(number, 0, notes.file));
    await pool.resize(1);
    await Promise.all(calls);
    const alone = numbers(30).map((number) => pool.run(100 + number, 0, notes.file));
    await Promise.all(alone);
    expect(notes.lines().slice(90).map(Number)).toEqual(numbers(30).map((number) => 100 + number));
  });

  test("waiting calls move to the workers that stay, running ones finish where they are", async () => {
    const pool = gatedPool({ maxWorkers: 2 });
    await pool.broadcast.running();
    const running = [pool.pass("a"), pool.pass("b")];
    await until(() => running.every(({ status }) => status === "running"));
    const waiting = numbers(6).map((number) => pool.note(`${number}`));
    const shrunk = pool.resize(1);
    await pool.broadcast.open("a");
    expect(await Promise.all(waiting)).toEqual(["0", "1", "2", "3", "4", "5"]);
    expect(waiting.map(({ workerIndex }) => workerIndex)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(running[1]?.status).toBe("running");
    expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 2, maxWorkers: 1, running: 1 });
    running[1]?.cancel();
    await shrunk;
    expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 1, running: 0, queued: 0 });
  });

  test("calls that wait are given to new workers, too", async () => {
    const pool = gatedPool({ maxWorkers: 1 });
    const running = pool.pass("a");
    const waiting = numbers(4).map((number) => pool.note(`${number}`));
    await until(() => running.status === "running");
    await pool.resize(3);
    await until(() => waiting.some(({ status }) => status === "fulfilled"));
    expect(running.status).toBe("running");
    await pool.broadcast.open("a");
    await Promise.all([running, ...waiting]);
  });

  test("the event, the list of workers and the stats tell the new size at once", async () => {
    const pool = elasticPool({ maxWorkers: 2 });
    const events: unknown[] = [];
    pool.on("resize", (event) => events.push(event));
    await pool.broadcast.instance();
    const [first] = pool.workers;
    const grown = pool.resize(4);
    expect(pool.workers.length).toBe(4);
    expect(pool.workers[0]).toBe(first);
    expect(pool.getPoolStats()).toMatchObject({ maxWorkers: 4 });
    await grown;
    expect(states(pool)).toEqual(["ready", "ready", "ready", "ready"]);
    expect(pool.getWorkerStats(3)).toMatchObject({ index: 3, state: "ready" });
    await pool.resize(1);
    expect(pool.workers.length).toBe(1);
    expect(() => pool.getWorkerStats(1)).toThrow(RangeError);
    expect(events).toEqual([
      { from: 2, to: 4 },
      { from: 4, to: 1 },
    ]);
    await pool.resize(1);
    expect(events.length).toBe(2);
    await pool.resize("auto");
    expect(pool.workers.length).toBeGreaterThan(0);
  });

  test("exits of surplus workers are expected, and no restarts", async () => {
    const pool = elasticPool({ maxWorkers: 3 });
    const exits: unknown[] = [];
    pool.on("workerExit", ({ workerIndex, expected }) => exits.push([workerIndex, expected]));
    await pool.broadcast.instance();
    await pool.resize(1);
    expect(exits.sort()).toEqual([
      [1, true],
      [2, true],
    ]);
    expect(pool.getPoolStats()).toMatchObject({ restarts: 0, totalWorkers: 1 });
  });

  test("a broadcast while the pool shrinks reaches the workers that are counted", async () => {
    const pool = gatedPool({ maxWorkers: 3 });
    await pool.broadcast.running();
    const held = pool.workers[2]?.pass("a");
    await until(() => held?.status === "running");
    const all = pool.broadcast.running();
    const shrunk = pool.resize(2);
    const some = pool.broadcast.running();
    expect(await all).toEqual([0, 0, 1]);
    expect(await some).toEqual([0, 0]);
    held?.cancel();
    await shrunk;
  });

  test("a broadcast while the pool grows waits for the new workers", async () => {
    const pool = elasticPool({ maxWorkers: 1 });
    await pool.ready();
    const grown = pool.resize(3);
    expect(new Set(await pool.broadcast.instance()).size).toBe(3);
    await grown;
  });
});

test.each([
  [0, RangeError, "maxWorkers must be an integer of at least 1, got 0"],
  [-1, RangeError, "got -1"],
  [1.5, RangeError, "got 1.5"],
  [Number.NaN, RangeError, "NaN"],
  ["4", TypeError, '"4"'],
  [undefined, TypeError, "undefined"],
] as const)("a pool can't be resized to %s", async (count, kind, message) => {
  const pool = stopped(Elastic.options({ mode: "async" }).init());
  const resize = (): unknown => pool.resize(count as number);
  expect(resize).toThrow(kind);
  expect(resize).toThrow(message);
});

test.each(["sync", "async"] as const)("in %s mode there is one worker", async (mode) => {
  const pool = stopped(Elastic.options({ mode }).init());
  await pool.resize(1);
  expect(() => pool.resize(2)).toThrow(`maxWorkers must be 1 in ${mode} mode, got 2`);
  expect(() => pool.resize("auto")).toThrow(`maxWorkers must be 1 in ${mode} mode, got "auto"`);
  expect((await pool.run(7)).number).toBe(7);
});

nothingIsLeft();
