import { describe, expect, test } from "vitest";
import { type Done, Elastic } from "#workers/elastic";
import { Gated } from "#workers/gated";
import { Notes, repeated } from "../death/support.ts";
import { HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { numbers, states } from "./support.ts";

const stopped = stoppedAfterEach();
const notes = new Notes();
const MEGABYTE = 2 ** 20;

/** How many calls each instance has run. */
function callsOf(done: readonly Done[]): number[] {
  const counts = new Map<string, number>();
  for (const { instance } of done) counts.set(instance, (counts.get(instance) ?? 0) + 1);
  return [...counts.values()];
}

describe.each(MODES)("in %s mode", (mode) => {
  const elasticPool = (options: object) => stopped(Elastic.options({ mode, ...options }).init());

  test.each([1, 2, 10])("no worker runs more than %i calls, and no call is lost", async (afterCalls) => {
    notes.clear();
    const pool = elasticPool({ concurrency: 1, recycle: { afterCalls } });
    const count = afterCalls === 1 ? 8 : 40;
    const done = await Promise.all(numbers(count).map((number) => pool.run(number, number % 2, notes.file)));
    expect(done.map(({ number }) => number)).toEqual(numbers(count));
    expect(notes.lines().length).toBe(count);
    expect(repeated(notes.lines())).toEqual([]);
    // None dies before its time either.
    expect(new Set(callsOf(done))).toEqual(new Set([afterCalls]));
    expect(Math.max(...done.map(({ calls }) => calls))).toBe(afterCalls);
    expect(pool.getPoolStats()).toMatchObject({ restarts: 0, completed: count, failed: 0 });
  });

  test("calls that never wait count, too, one after the other and many at once", async () => {
    const pool = elasticPool({ concurrency: 1, recycle: { afterCalls: 3 } });
    const done: Done[] = [];
    for (const number of numbers(7)) done.push(await pool.runNow(number));
    const slow = pool.run(7, 1);
    done.push(...(await Promise.all([slow, ...numbers(9).map((number) => pool.runNow(8 + number))])));
    expect(Math.max(...callsOf(done))).toBe(3);
    expect(done.length).toBe(17);
  });

  test("calls that a listener makes find no room for one too many", async () => {
    const pool = elasticPool({ concurrency: 4, recycle: { afterCalls: 2 } });
    const more: PromiseLike<Done>[] = [];
    pool.on("callStart", () => {
      if (more.length < 12) more.push(pool.run(more.length));
    });
    const first = await pool.run(100);
    const done = [first, ...(await Promise.all(more))];
    await pool.drain();
    expect(Math.max(...callsOf(done))).toBe(2);
  });

  test("with several calls at once none runs more, either", async () => {
    const pool = elasticPool({ concurrency: 4, recycle: { afterCalls: 6 } });
    const done = await Promise.all(numbers(48).map((number) => pool.run(number, 1 + (number % 3))));
    expect(new Set(callsOf(done))).toEqual(new Set([6]));
    expect(pool.getPoolStats()).toMatchObject({ restarts: 0, completed: 48, failed: 0 });
  });
});

describe.each(HOSTED)("in %s mode", (mode) => {
  const elasticPool = (options: object) => stopped(Elastic.options({ mode, ...options }).init());

  test("broadcasts beside reach a worker of each place, and don't count", async () => {
    const pool = elasticPool({ maxWorkers: 2, recycle: { afterCalls: 5 } });
    const calls = numbers(40).map((number) => pool.run(number, 1));
    const broadcasts = [];
    for (let round = 0; round < 10; round += 1) broadcasts.push(await pool.broadcast.instance());
    const done = await Promise.all(calls);
    expect(broadcasts.map((answers) => answers.length)).toEqual(Array(10).fill(2));
    expect(Math.max(...callsOf(done))).toBe(5);
    expect(pool.getPoolStats()).toMatchObject({ restarts: 0, failed: 0, completed: 60 });
  });

  test("several workers are recycled under every load, and other calls go on meanwhile", async () => {
    notes.clear();
    const pool = elasticPool({ maxWorkers: 3, recycle: { afterCalls: 7 }, loadBalancing: "least_active" });
    const done = await Promise.all(numbers(100).map((number) => pool.run(number, number % 4, notes.file)));
    expect(Math.max(...callsOf(done))).toBeLessThanOrEqual(7);
    expect(repeated(notes.lines())).toEqual([]);
    expect(notes.lines().length).toBe(100);
    const { loadBalancer, restarts } = pool.getPoolStats();
    expect({ restarts, dispatched: loadBalancer.totalDispatched }).toEqual({ restarts: 0, dispatched: 100 });
  });

  test("a worker ends when what it runs is done, or was given up and has had its grace", async () => {
    const pool = stopped(
      Gated.options({ mode, concurrency: 2, graceMs: 20, recycle: { afterCalls: 2 } }).init(),
    );
    const [deaf, slow] = [pool.pass("never"), pool.obey()];
    const next = pool.note("next");
    await until(() => deaf.status === "running" && slow.status === "running");
    expect(states(pool)).toEqual(["draining"]);
    deaf.cancel();
    expect(next.status).toBe("queued");
    expect(states(pool)).toEqual(["draining"]);
    slow.cancel();
    expect(await next).toBe("next");
    expect(pool.getPoolStats()).toMatchObject({ restarts: 0, cancelled: 2, completed: 1 });
  });

  test("a worker whose heap has grown too large is followed by another, and calls go on", async () => {
    const pool = elasticPool({ maxWorkers: 2, recycle: { aboveHeapBytes: 80 * MEGABYTE } });
    const exits: boolean[] = [];
    let mostAtOnce = 0;
    pool.on("workerExit", ({ expected }) => exits.push(expected));
    const before = await pool.broadcast.instance();
    const leaks: Promise<string>[] = [];
    await until(async () => {
      leaks.push(pool.leak(4 * MEGABYTE), pool.leak(4 * MEGABYTE));
      const down = states(pool).filter((state) => state !== "ready").length;
      mostAtOnce = Math.max(mostAtOnce, down);
      await Promise.all(leaks.slice(-2));
      return exits.length >= 2;
    });
    const instances = new Set(await Promise.all(leaks));
    expect(instances.size).toBeGreaterThan(2);
    expect(before.every((instance) => instances.has(instance))).toBe(true);
    expect(exits.every((expected) => expected)).toBe(true);
    expect(mostAtOnce).toBe(1);
    expect(pool.getPoolStats()).toMatchObject({ restarts: 0, failed: 0 });
  });
});

nothingIsLeft();
