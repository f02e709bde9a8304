import { availableParallelism } from "node:os";
import { describe, expect, test } from "vitest";
import { Elastic, Lingering } from "#workers/elastic";
import { Gated } from "#workers/gated";
import { Limited } from "#workers/limited";
import { Notes } from "../death/support.ts";
import { connections, isFree } from "../limits-in-pools/support.ts";
import { errorOf, HOSTED, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { Census } from "./census.ts";
import { live, numbers } from "./support.ts";

const stopped = stoppedAfterEach();
const notes = new Notes();
const census = new Census();
const CALL_MS = 200;
/** All is to be clean 1 s after the last call; the rest is for a machine that is busy with other tests. */
const CLEAN_MS = 5_000;

describe.each(HOSTED)("in %s mode", (mode) => {
  const onDemand = { mode, onDemand: true } as const;

  test("six calls of 0.2 s, two workers at most: three rounds, each call in a worker of its own", async () => {
    const pool = stopped(Elastic.options({ ...onDemand, maxWorkers: 2 }).init());
    const startedAt = performance.now();
    const done = await Promise.all(numbers(6).map((number) => pool.run(number, CALL_MS)));
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(3 * CALL_MS);
    const doneAt = performance.now();
    expect(done.map(({ number }) => number)).toEqual(numbers(6));
    expect(new Set(done.map(({ instance }) => instance)).size).toBe(6);
    expect(done.every(({ calls }) => calls === 1)).toBe(true);
    expect(census.most).toBeLessThanOrEqual(2);
    await until(() => census.living === 0 && pool.getPoolStats().onDemandActive === 0);
    expect(performance.now() - doneAt).toBeLessThan(CLEAN_MS);
    const stats = pool.getPoolStats();
    expect(stats).toMatchObject({
      onDemand: true,
      maxWorkers: 2,
      totalWorkers: 0,
      completed: 6,
      restarts: 0,
    });
    expect(stats.loadBalancer).toMatchObject({ algorithm: "Random", totalDispatched: 6 });
  });

  test.each([{ maxWorkers: 0 }, {}])(
    "with %o as many at once as the machine has cores, less one",
    async (size) => {
      const pool = stopped(Elastic.options({ ...onDemand, ...size }).init());
      const cap = Math.max(1, availableParallelism() - 1);
      expect(pool.getPoolStats()).toMatchObject({ maxWorkers: cap, totalWorkers: 0, onDemandActive: 0 });
      await Promise.all(numbers(cap + 1).map((number) => pool.run(number)));
      expect(census.most).toBeLessThanOrEqual(cap);
      expect(census.born).toBe(cap + 1);
    },
  );

  test("calls are tasks of tinypool", async () => {
    const pool = stopped(Elastic.options({ ...onDemand, maxWorkers: 1 }).init());
    expect(await pool.isTask()).toBe(true);
    const fixed = stopped(Elastic.options({ mode, maxWorkers: 1 }).init());
    expect(await fixed.isTask()).toBe(false);
  });

  test("no worker is started before the first call, and none is reachable by index", async () => {
    const pool = stopped(Elastic.options({ ...onDemand, maxWorkers: 2 }).init());
    await pool.ready();
    expect(pool.workers).toEqual([]);
    expect(await pool.broadcast.instance()).toEqual([]);
    expect(census.born).toBe(0);
  });

  test("calls that wait run in the order in which they were made", async () => {
    notes.clear();
    const pool = stopped(Elastic.options({ ...onDemand, maxWorkers: 1 }).init());
    await Promise.all(numbers(6).map((number) => pool.run(number, 0, notes.file)));
    expect(notes.lines().map(Number)).toEqual(numbers(6));
  });

  test("workers end also where nobody looks at the results", async () => {
    const pool = stopped(Elastic.options({ ...onDemand, maxWorkers: 2 }).init());
    for (const number of numbers(4)) void pool.run(number);
    void pool.broadcast.instance();
    await pool.drain();
    await until(() => census.living === 0);
    expect(pool.getPoolStats()).toMatchObject({ onDemandActive: 0, queued: 0, running: 0 });
  });

  test("onStop runs in each worker, and ready() waits for a place", async () => {
    notes.clear();
    const pool = stopped(Lingering.options({ ...onDemand, maxWorkers: 1 }).init(notes.file, 20));
    await pool.which();
    const second = pool.which();
    await pool.ready();
    await second;
    await pool.ready();
    await live(pool, 0);
    expect(notes.lines()).toEqual(["constructed", "onStop", "constructed", "onStop"]);
  });

  test("a broadcast reaches the workers that run a call", async () => {
    const pool = stopped(Gated.options({ ...onDemand, maxWorkers: 2 }).init());
    const calls = [pool.pass("a"), pool.pass("a")];
    await until(() => calls.every(({ status }) => status === "running"));
    expect(await pool.broadcast.running()).toEqual([1, 1]);
    await pool.broadcast.open("a");
    expect(await Promise.all(calls)).toEqual(["a", "a"]);
  });

  test("limits are shared by all workers", async () => {
    const pool = stopped(Limited.options({ ...onDemand, maxWorkers: 3, limits: [connections(1)] }).init());
    await Promise.all(numbers(4).map(() => pool.hold({ connections: 1 }, 20)));
    // What a worker keeps comes back with its end.
    await Promise.all(numbers(2).map(() => pool.keep({ connections: 1 })));
    await isFree(pool, "connections");
    await live(pool, 0);
  });

  test("a pool that grows starts workers for calls that wait; one that shrinks starts no more than it may", async () => {
    const pool = stopped(Gated.options({ ...onDemand, maxWorkers: 1 }).init());
    const calls = numbers(5).map(() => pool.obey());
    await until(() => calls[0]?.status === "running");
    await pool.resize(3);
    await until(() => calls.slice(0, 3).every(({ status }) => status === "running"));
    expect(calls.slice(3).map(({ status }) => status)).toEqual(["queued", "queued"]);
    expect(pool.getPoolStats()).toMatchObject({ maxWorkers: 3, onDemandActive: 3 });
    const shrunk = pool.resize(1);
    calls[1]?.cancel();
    calls[2]?.cancel();
    await shrunk;
    expect(calls[3]?.status).toBe("queued");
    calls[0]?.cancel();
    await until(() => calls[3]?.status === "running");
    expect(calls[4]?.status).toBe("queued");
    for (const call of calls) call.cancel();
    await live(pool, 0);
  });

  test("a pool that shrinks while workers start keeps the order of its calls", async () => {
    notes.clear();
    const pool = stopped(Elastic.options({ ...onDemand, maxWorkers: 3 }).init());
    const calls = numbers(6).map((number) => pool.run(number, 0, notes.file));
    await pool.resize(1);
    await Promise.all(calls);
    expect(notes.lines().map(Number)).toEqual(numbers(6));
  });

  test("a pool that shrinks and grows again while its workers run never has more of them than it may", async () => {
    const pool = stopped(Gated.options({ ...onDemand, maxWorkers: 2 }).init());
    const calls = [pool.obey(), pool.obey()];
    await until(() => calls.every(({ status }) => status === "running"));
    const shrunk = pool.resize(1);
    await pool.resize(2);
    const waiting = [pool.note("a"), pool.note("b")];
    expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 2, maxWorkers: 2, queued: 2 });
    calls[1]?.cancel();
    expect(await Promise.all(waiting)).toEqual(["a", "b"]);
    await shrunk;
    expect(calls[0]?.status).toBe("running");
    calls[0]?.cancel();
    await live(pool, 0);
    expect(census.most).toBe(2);
  });

  test("stop drains what waits and runs; in cancel mode it cancels it", async () => {
    const pool = stopped(Elastic.options({ ...onDemand, maxWorkers: 2 }).init());
    const calls = numbers(5).map((number) => pool.run(number));
    await pool.stop();
    expect((await Promise.all(calls)).map(({ number }) => number)).toEqual(numbers(5));
    expect(census.living).toBe(0);
    const cut = stopped(Gated.options({ ...onDemand, maxWorkers: 1 }).init());
    const [running, waiting] = [cut.spin(), cut.note("waits")];
    await until(() => running.status === "running");
    await cut.stop({ mode: "cancel" });
    for (const call of [running, waiting]) expect(await errorOf(call)).toMatchObject({ code: "CANCELLED" });
    expect(census.living).toBe(0);
    expect(await errorOf(cut.note("late"))).toMatchObject({ code: "STOPPED" });
  });
});

nothingIsLeft();
