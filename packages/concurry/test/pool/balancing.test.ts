import type { Balancer, BalancerName, WorkerLoad } from "concurry";
import { describe, expect, test } from "vitest";
import { Gated } from "#workers/gated";
import { Latecomer } from "#workers/lifecycle";
import { Sleeper } from "#workers/sleeper";
import { errorOf, HOSTED, nothingIsLeft, stoppedAfterEach, until } from "./support.ts";

const stopped = stoppedAfterEach();
// So long that no call is sent ahead to a worker that has one.
const BUSY_MS = 5;

describe.each(HOSTED)("in %s mode", (mode) => {
  /** A pool whose workers are all up. */
  async function gatedPool(loadBalancing: BalancerName | Balancer, maxWorkers = 3) {
    const pool = stopped(Gated.options({ mode, maxWorkers, loadBalancing }).init());
    await until(() => pool.getPoolStats().workers.every(({ state }) => state === "ready"));
    return pool;
  }

  test.each(["round_robin", "rr"] as const)("%s takes the workers in turn", async (name) => {
    const pool = await gatedPool(name);
    const calls = Array.from({ length: 10 }, () => pool.note("in turn"));
    expect(calls.map(({ workerIndex }) => workerIndex)).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0]);
    await Promise.all(calls);
    expect(pool.getPoolStats().loadBalancer).toEqual({ algorithm: "RoundRobin", totalDispatched: 10 });
  });

  test.each(["least_active", "active"] as const)(
    "%s takes the worker with the fewest open calls, the lowest index among equals",
    async (name) => {
      const pool = await gatedPool(name);
      const slow = pool.pass("slow");
      const next = [pool.pass("b"), pool.pass("c")];
      expect([slow, ...next].map(({ workerIndex }) => workerIndex)).toEqual([0, 1, 2]);
      expect(pool.getPoolStats().loadBalancer).toEqual({
        algorithm: "LeastActiveLoad",
        totalDispatched: 3,
        activeCalls: { 0: 1, 1: 1, 2: 1 },
        totalActive: 3,
      });
      await pool.broadcast.open("c");
      await next[1];
      expect(pool.note("to the idle one").workerIndex).toBe(2);
      for (const gate of ["slow", "b"]) await pool.broadcast.open(gate);
      await Promise.all([slow, ...next]);
      await pool.drain();
      expect(pool.getPoolStats().loadBalancer).toEqual({
        algorithm: "LeastActiveLoad",
        totalDispatched: 4,
        activeCalls: { 0: 0, 1: 0, 2: 0 },
        totalActive: 0,
      });
    },
  );

  test("under least_active fast calls avoid the slow worker, also when all are made at once", async () => {
    const pool = await gatedPool("least_active");
    const slow = pool.pass("slow");
    const fast = Array.from({ length: 12 }, () => pool.spend(BUSY_MS));
    await Promise.all(fast);
    expect(slow.status).toBe("running");
    expect(fast.every(({ workerIndex }) => workerIndex !== 0)).toBe(true);
    await pool.broadcast.open("slow");
    await slow;
  });

  test.each(["least_total", "total"] as const)(
    "%s gives all workers equally many calls, for ever",
    async (name) => {
      const pool = await gatedPool(name);
      const slow = pool.pass("slow");
      const calls = Array.from({ length: 8 }, () => pool.note("one more"));
      const { loadBalancer } = pool.getPoolStats();
      expect([slow, ...calls].map(({ workerIndex }) => workerIndex)).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
      await pool.broadcast.open("slow");
      await Promise.all([slow, ...calls]);
      expect(loadBalancer).toEqual({
        algorithm: "LeastTotalLoad",
        totalDispatched: 9,
        totalCalls: { 0: 3, 1: 3, 2: 3 },
        sumTotalCalls: 9,
      });
    },
  );

  test.each(["random", "rand"] as const)("%s takes any worker", async (name) => {
    const pool = await gatedPool(name);
    const calls = Array.from({ length: 200 }, () => pool.note("anywhere"));
    // That one of three is never drawn in 200 draws happens once in 10^35 runs.
    expect(new Set(calls.map(({ workerIndex }) => workerIndex))).toEqual(new Set([0, 1, 2]));
    await Promise.all(calls);
    expect(pool.getPoolStats().loadBalancer).toEqual({ algorithm: "Random", totalDispatched: 200 });
  });

  test("shared_queue gives a call to the first worker with room", async () => {
    const pool = await gatedPool("shared_queue", 2);
    const slow = pool.pass("slow");
    expect(slow.workerIndex).toBe(0);
    const calls = Array.from({ length: 4 }, () => pool.spend(BUSY_MS));
    expect(calls.at(-1)?.workerIndex).toBeUndefined();
    await Promise.all(calls);
    expect(calls.map(({ workerIndex }) => workerIndex)).toEqual([1, 1, 1, 1]);
    expect(pool.getPoolStats().loadBalancer).toEqual({ algorithm: "SharedQueue", totalDispatched: 5 });
    await pool.broadcast.open("slow");
    await slow;
  });

  test("a balancer of one's own sees loads and method, and shows its stats", async () => {
    const seen: unknown[] = [];
    const last: Balancer = {
      name: "last",
      select: (workers: readonly WorkerLoad[], call) => {
        seen.push(
          { ...call },
          workers.map(({ index, state, queued, running, total }) => [index, state, queued + running, total]),
        );
        return workers.length - 1;
      },
      stats: () => ({ choices: seen.length / 2 }),
    };
    const pool = await gatedPool(last, 2);
    const calls = [pool.pass("a"), pool.note("b")];
    expect(calls.map(({ workerIndex }) => workerIndex)).toEqual([1, 1]);
    expect(seen).toMatchObject([
      { method: "pass" },
      [
        [0, "ready", 0, 0],
        [1, "ready", 0, 0],
      ],
      { method: "note" },
      [
        [0, "ready", 0, 0],
        [1, "ready", 1, 1],
      ],
    ]);
    expect(pool.getPoolStats().loadBalancer).toEqual({ algorithm: "last", totalDispatched: 2, choices: 2 });
    await pool.broadcast.open("a");
    await Promise.all(calls);
  });

  test.each([7, -2, 0.5, "0", undefined])(
    "a balancer that selects %j fails the call and harms no other",
    async (index) => {
      const wrong: { index: unknown } = { index };
      const pool = await gatedPool({ name: "wrong", select: () => wrong.index as number }, 2);
      const error = await errorOf(pool.note("lost"));
      expect(error).toBeInstanceOf(RangeError);
      expect(error.message).toContain('Load balancer "wrong" selected worker');
      wrong.index = 1;
      expect(await pool.note("found")).toBe("found");
      await pool.drain();
      expect(pool.getPoolStats()).toMatchObject({ failed: 1, queued: 0, running: 0 });
    },
  );

  test("a balancer that throws or takes none fails the call and harms no other", async () => {
    let choose = (): number => {
      throw new SyntaxError("no idea");
    };
    const pool = await gatedPool({ name: "unsure", select: () => choose() }, 2);
    expect(await errorOf(pool.note("lost"))).toBeInstanceOf(SyntaxError);
    choose = () => -1;
    expect(await errorOf(pool.note("lost"))).toBeInstanceOf(Error);
    choose = () => 0;
    expect(await pool.note("found")).toBe("found");
    await pool.drain();
  });
});

test.each(["shared_queue", "least_active", "round_robin"] as const)(
  "under %s calls made before start-up wait for the first worker that is up, not for all",
  async (loadBalancing) => {
    const flags = new Int32Array(new SharedArrayBuffer(8));
    const pool = stopped(Latecomer.options({ mode: "thread", maxWorkers: 3, loadBalancing }).init(flags));
    const calls = Array.from({ length: 6 }, () => pool.which());
    const [first] = await Promise.all(calls);
    expect(new Set(await Promise.all(calls))).toEqual(new Set([first]));
    expect(pool.getPoolStats().workers.filter(({ state }) => state === "starting")).toHaveLength(2);
    Atomics.store(flags, 1, 1);
    Atomics.notify(flags, 1);
    await until(() => pool.getPoolStats().workers.every(({ state }) => state === "ready"));
  },
);

test("an unknown balancer is a RangeError that lists the names", () => {
  const options = { mode: "thread", loadBalancing: "fastest" as BalancerName } as const;
  expect(() => Sleeper.options(options)).toThrow(RangeError);
  expect(() => Sleeper.options(options)).toThrow(
    /"round_robin".*"least_active".*"least_total".*"random".*"shared_queue"/,
  );
});

nothingIsLeft();
