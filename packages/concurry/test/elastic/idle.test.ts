import { describe, expect, test } from "vitest";
import { Elastic, Lingering } from "#workers/elastic";
import { Gated } from "#workers/gated";
import { Notes, QUIET } from "../death/support.ts";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { allAre, live, numbers, states } from "./support.ts";

const stopped = stoppedAfterEach();
const notes = new Notes();
const BALANCERS = [
  "round_robin",
  "least_active",
  "least_total",
  "random",
  "shared_queue",
  "consistent_hash",
] as const;
/** Any idle worker is over it soon, and none that a test has just woken. */
const IDLE = { idleTimeoutMs: 100 } as const;
const LONG_MS = 600_000;

describe.each(MODES)("in %s mode", (mode) => {
  test("a pool without minimum falls asleep, and wakes for the next call", async () => {
    const pool = stopped(Elastic.options({ mode, ...IDLE, minWorkers: 0 }).init());
    const first = await pool.run(1);
    await allAre(pool, "asleep");
    expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 0, restarts: 0 });
    await pool.ready();
    const second = await pool.run(2);
    expect(second.instance).not.toBe(first.instance);
    expect(second.calls).toBe(1);
    await allAre(pool, "asleep");
    const calls = await Promise.all(numbers(5).map((number) => pool.run(number)));
    expect(calls.map(({ number }) => number)).toEqual(numbers(5));
    expect(pool.getPoolStats()).toMatchObject({ completed: 7, restarts: 0, failed: 0 });
  });
});

describe.each(HOSTED)("in %s mode", (mode) => {
  const elasticPool = (options: object) => stopped(Elastic.options({ mode, ...options }).init());
  const gatedPool = (options: object) => stopped(Gated.options({ mode, ...options }).init());

  test("idle workers end down to the minimum; the pool keeps its size", async () => {
    const pool = elasticPool({ maxWorkers: 3, minWorkers: 1, ...IDLE });
    await pool.broadcast.instance();
    await live(pool, 1);
    expect(states(pool).sort()).toEqual(["asleep", "asleep", "ready"]);
    expect(pool.getPoolStats()).toMatchObject({ maxWorkers: 3, totalWorkers: 1, restarts: 0 });
    expect(pool.workers.length).toBe(3);
    const stays = pool.getPoolStats().workers.find(({ state }) => state === "ready")?.id;
    // A look at them that is over is followed by another one.
    await pool.run(1, IDLE.idleTimeoutMs * 3);
    expect(pool.getPoolStats().workers.find(({ state }) => state === "ready")?.id).toBe(stays);
  });

  test("without a minimum of its own all workers of a pool stay", async () => {
    const pool = elasticPool({ maxWorkers: 2, idleTimeoutMs: 1 });
    await pool.broadcast.instance();
    await pool.workers[0]?.run(1, 50);
    expect(states(pool)).toEqual(["ready", "ready"]);
    await pool.resize(3);
    await pool.workers[0]?.run(2, 50);
    expect(states(pool)).toEqual(["ready", "ready", "ready"]);
  });

  test("a pool that grows beyond its first size shrinks when it is idle", async () => {
    const pool = elasticPool({ maxWorkers: 1, minWorkers: 1, ...IDLE });
    await pool.resize(3);
    await live(pool, 1);
    expect(pool.getPoolStats()).toMatchObject({ maxWorkers: 3 });
  });

  test.each(BALANCERS)("under %s calls wake as many workers as they need", async (loadBalancing) => {
    const pool = gatedPool({ maxWorkers: 3, minWorkers: 0, ...IDLE, loadBalancing });
    await allAre(pool, "asleep");
    const hasKeys = loadBalancing === "consistent_hash";
    const methods = (number: number) => (hasKeys ? pool.with({ key: `key ${number}` }) : pool);
    // One that is given up at once must not stand in the way of the others.
    methods(0).obey().cancel();
    const calls = numbers(3).map((number) => methods(number).obey());
    await until(() => calls[0]?.status === "running");
    if (!hasKeys && loadBalancing !== "random")
      await until(() => calls.every(({ status }) => status === "running"));
    const behind = methods(1).obey();
    for (const call of calls) call.cancel();
    await until(() => behind.status === "running");
    behind.cancel();
    await allAre(pool, "asleep");
  });

  test("a call that finds a worker free wakes no other", async () => {
    const pool = elasticPool({ maxWorkers: 3, minWorkers: 1, ...IDLE });
    await pool.run(0);
    await live(pool, 1);
    const starts: number[] = [];
    pool.on("workerStart", ({ workerIndex }) => starts.push(workerIndex));
    for (const number of numbers(10)) await pool.run(number);
    expect(starts).toEqual([]);
  });

  test("pinned calls and calls with a key wake their own worker", async () => {
    const pool = elasticPool({ maxWorkers: 3, minWorkers: 0, ...IDLE });
    const owner = (await pool.with({ key: "mine" }).run(0)).workerIndex;
    await allAre(pool, "asleep");
    expect((await pool.workers[2]?.run(1))?.workerIndex).toBe(2);
    await allAre(pool, "asleep");
    expect((await pool.with({ key: "mine" }).run(2)).workerIndex).toBe(owner);
    await allAre(pool, "asleep");
    const pinned = await Promise.all(numbers(3).map((index) => pool.workers[index]?.run(index)));
    expect(pinned.map((done) => done?.workerIndex)).toEqual([0, 1, 2]);
  });

  test("a broadcast reaches those that are awake, and wakes nobody", async () => {
    const pool = gatedPool({ maxWorkers: 3, minWorkers: 0, ...IDLE });
    await allAre(pool, "asleep");
    expect(await pool.broadcast.running()).toEqual([]);
    const running = pool.workers[1]?.pass("a");
    await until(() => running?.status === "running");
    expect(await pool.broadcast.running()).toEqual([1]);
    running?.cancel();
    await allAre(pool, "asleep");
  });

  test("a broadcast that reaches nobody still tells what is wrong with its arguments", async () => {
    const pool = elasticPool({ maxWorkers: 1, minWorkers: 0, ...IDLE });
    await allAre(pool, "asleep");
    const reason = new Error("no argument");
    expect(await errorOf(pool.broadcast.run(Promise.reject(reason)))).toBe(reason);
  });

  test("calls that come while a worker falls asleep run in the next one", async () => {
    notes.clear();
    const pool = stopped(
      Lingering.options({ mode, maxWorkers: 2, minWorkers: 0, ...IDLE }).init(notes.file, 50),
    );
    await pool.ready();
    await until(() => states(pool).every((state) => state === "draining" || state === "asleep"));
    await pool.ready();
    expect(await pool.workers[1]?.which()).toBe(1);
    expect(await Promise.all(numbers(4).map(() => pool.which()))).toHaveLength(4);
    expect(pool.getPoolStats()).toMatchObject({ failed: 0, restarts: 0 });
    await allAre(pool, "asleep");
    const lines = notes.lines();
    const ends = lines.filter((line) => line === "onStop").length;
    expect(ends).toBe(lines.length - ends);
  });

  test("a woken worker that dies is started again like any other", async () => {
    const pool = stopped(Elastic.options({ mode, ...QUIET, maxWorkers: 2, minWorkers: 0, ...IDLE }).init());
    await allAre(pool, "asleep");
    const [dying, waiting] = [pool.workers[0]?.crash(), pool.workers[0]?.run(1)];
    expect(await errorOf(dying as Promise<never>)).toMatchObject({ code: "WORKER_CRASHED", exitCode: 3 });
    expect(await waiting).toMatchObject({ number: 1, calls: 1, workerIndex: 0 });
    expect(pool.getPoolStats()).toMatchObject({ restarts: 1 });
    await allAre(pool, "asleep");
  });

  test("a pool that is asleep, or falling asleep, can be stopped and resized", async () => {
    const pool = elasticPool({ maxWorkers: 3, minWorkers: 0, ...IDLE });
    await allAre(pool, "asleep");
    await pool.resize(2);
    expect(states(pool)).toEqual(["asleep", "asleep"]);
    await pool.resize(3);
    await pool.run(1);
    await pool.stop();
    expect(states(pool)).toEqual(["dead", "dead", "dead"]);
    notes.clear();
    const falling = stopped(Lingering.options({ mode, minWorkers: 0, ...IDLE }).init(notes.file, LONG_MS));
    await until(() => states(falling)[0] === "draining");
    await falling.stop({ mode: "cancel" });
    expect(falling.getPoolStats()).toMatchObject({ totalWorkers: 0 });
  });
});

nothingIsLeft();
