import { beforeEach, describe, expect, test } from "vitest";
import { LimitPool, type LimitPoolOptions } from "../../src/limits/limit-pool.ts";
import { LimitSet } from "../../src/limits/limit-set.ts";
import { RateLimit } from "../../src/limits/rate-limit.ts";
import { ResourceLimit } from "../../src/limits/resource-limit.ts";
import type { Limit } from "../../src/limits/set-definition.ts";
import { FakeClock, settle } from "./fake-clock.ts";
import { keeping } from "./keeping.ts";

let clock: FakeClock;

beforeEach(() => {
  clock = new FakeClock();
});

function tokens(capacity = 100): Limit {
  return new RateLimit({ key: "tokens", windowSeconds: 1, capacity });
}

function connection(): Limit {
  return new ResourceLimit({ key: "connections", capacity: 1 });
}

function poolOf(sets: readonly (readonly Limit[])[], options?: LimitPoolOptions): LimitPool {
  return keeping(
    new LimitPool(
      sets.map((limits, index) => keeping(new LimitSet(limits, { clock, config: { index } }))),
      options,
    ),
  );
}

async function charged(pool: LimitPool, key: string): Promise<readonly number[]> {
  const stats = await pool.stats();
  return pool.sets.map((_, index) => {
    const one = stats[`set${index}.${key}`];
    return (one?.charged ?? 0) - (one?.refunded ?? 0);
  });
}

async function configs(pool: LimitPool, times: number): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  for (let time = 0; time < times; time++) seen.push((await pool.acquire({ tokens: 1 })).config.index);
  return seen;
}

describe("round_robin", () => {
  test("takes the sets in turn, from the offset", async () => {
    const sets = [[tokens()], [tokens()], [tokens()]];

    expect(await configs(poolOf(sets), 9)).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
    expect(await configs(poolOf(sets, { offset: 1 }), 4)).toEqual([1, 2, 0, 1]);
    expect(await configs(poolOf(sets, { offset: 7 }), 2)).toEqual([1, 2]);
  });

  test("leaves out sets that could never grant the request", async () => {
    const pool = poolOf([[tokens(5)], [connection()], [tokens()]]);
    const seen = [];
    for (let time = 0; time < 3; time++) seen.push((await pool.acquire({ tokens: 10 })).config.index);

    expect(seen).toEqual([2, 2, 2]);
    await expect(pool.acquire({ tokens: 1000 })).rejects.toThrow("exceeds capacity (5)");
    pool.sets[2]?.close();
    await expect(pool.acquire({ tokens: 10 })).rejects.toThrow("exceeds capacity (5)");
  });

  test("waits at the set it chose", async () => {
    const pool = poolOf([[connection()], [connection()]]);
    const first = await pool.acquire({ connections: 1 });
    const second = await pool.acquire({ connections: 1 });
    const third = pool.acquire({ connections: 1 });
    const fourth = pool.acquire({ connections: 1 });
    second.release();
    expect((await fourth).config.index).toBe(1);
    first.release();

    expect((await third).config.index).toBe(0);
    expect((await pool.stats()).balancer).toEqual({
      algorithm: "RoundRobin",
      selected: { set0: 2, set1: 2 },
    });
  });
});

test("random asks its source", async () => {
  const numbers = [0.99, 0, 0.5, 1];
  const pool = poolOf([[tokens()], [tokens()]], {
    loadBalancing: "random",
    random: () => numbers.shift() as number,
  });

  expect(await configs(pool, 4)).toEqual([1, 0, 1, 1]);
  expect((await pool.stats()).balancer).toEqual({ algorithm: "Random", selected: { set0: 1, set1: 3 } });
});

describe("first_available", () => {
  test("takes the first that grants now, and charges no other", async () => {
    const pool = poolOf([[tokens(2)], [tokens(1)]], { loadBalancing: "first_available" });

    expect(await configs(pool, 3)).toEqual([0, 0, 1]);
    expect(await charged(pool, "tokens")).toEqual([2, 1]);
    expect(pool.tryAcquireSync({ tokens: 1 })).toBeNull();
  });

  test("grants from the next set in the same turn when the first is used up", async () => {
    const pool = poolOf([[tokens(1)], [tokens(1)]], { loadBalancing: "first_available" });
    await pool.acquire({ tokens: 1 });
    const granted = pool.acquire({ tokens: 1 });

    expect([await charged(pool, "tokens"), clock.timers]).toEqual([[1, 1], 0]);
    expect(await granted).toMatchObject({ waitedMs: 0, config: { index: 1 } });
  });

  test("waits in all, and leaves all as soon as one grants", async () => {
    const pool = poolOf(
      [
        [connection(), tokens()],
        [connection(), tokens()],
      ],
      { loadBalancing: "first_available" },
    );
    const [first, second] = [await pool.acquire({ connections: 1 }), await pool.acquire({ connections: 1 })];
    const waiting = [1, 2].map(() => pool.acquire({ connections: 1, tokens: 10 }));
    expect((await pool.stats())["set0.connections"]?.waiting).toBe(2);
    second?.release();
    const third = await waiting[0];
    expect([third?.config.index, await charged(pool, "tokens")]).toEqual([1, [0, 10]]);
    third?.release();
    const fourth = await waiting[1];

    expect([fourth?.config.index, await charged(pool, "tokens")]).toEqual([1, [0, 20]]);
    const stats = await pool.stats();
    expect([stats["set0.connections"]?.waiting, stats["set1.connections"]?.waiting]).toEqual([0, 0]);
    expect(stats.balancer).toEqual({ algorithm: "FirstAvailable", selected: { set0: 1, set1: 3 } });
    first?.release();
    expect(clock.timers).toBe(0);
  });

  test("two sets that become free in one moment serve two, not one twice", async () => {
    const pool = poolOf([[tokens(1)], [tokens(1)]], { loadBalancing: "first_available" });
    await configs(pool, 2);
    const waits = [1, 2, 3].map(() => pool.acquire({ tokens: 1 }));
    const limited = pool.acquire({ tokens: 1 }, { timeoutMs: 1500 });
    const refused = expect(limited).rejects.toMatchObject({ code: "LIMIT_TIMEOUT" });
    await clock.advance(1000);
    expect(await charged(pool, "tokens")).toEqual([2, 2]);
    await clock.advance(500);
    await refused;
    await clock.advance(500);

    expect((await Promise.all(waits)).map(({ config }) => config.index)).toEqual([0, 1, 0]);
    expect(await charged(pool, "tokens")).toEqual([3, 2]);
    expect(clock.timers).toBe(0);
  });

  test("those who wait behind it elsewhere move up when it is granted", async () => {
    const pool = poolOf([[tokens(10)], [tokens(10)]], { loadBalancing: "first_available" });
    const held = await pool.acquire({ tokens: 10 });
    await pool.acquire({ tokens: 5 });
    const eight = pool.acquire({ tokens: 8 });
    const five = pool.sets[1]?.acquire({ tokens: 5 });
    await settle();
    expect((await pool.stats())["set1.tokens"]?.waiting).toBe(2);
    held.update({ tokens: 2 });

    expect([(await eight).config.index, (await five)?.waitedMs]).toEqual([0, 0]);
    expect(await charged(pool, "tokens")).toEqual([10, 10]);
  });

  test("an abort leaves all places, and those behind move up", async () => {
    const pool = poolOf([[connection()], [connection()]], { loadBalancing: "first_available" });
    const held = [await pool.acquire({ connections: 1 }), await pool.acquire({ connections: 1 })];
    const controller = new AbortController();
    const waiting = pool.acquire({ connections: 1 }, { signal: controller.signal });
    const behind = pool.sets[1]?.acquire({ connections: 1 });
    const refused = expect(waiting).rejects.toBe("no");
    controller.abort("no");
    await refused;
    held[1]?.release();

    expect((await behind)?.amounts).toEqual({ connections: 1 });
    expect((await pool.stats())["set0.connections"]?.waiting).toBe(0);
  });

  test("a set that is closed is left, the wait goes on in the others", async () => {
    const pool = poolOf([[connection()], [connection()]], { loadBalancing: "first_available" });
    const held = [await pool.acquire({ connections: 1 }), await pool.acquire({ connections: 1 })];
    const waiting = pool.acquire({ connections: 1 });
    pool.sets[0]?.close();
    held[0]?.release();
    await settle();
    held[1]?.release();
    expect((await waiting).config.index).toBe(1);
    const last = expect(pool.acquire({ connections: 1 })).rejects.toMatchObject({ code: "LIMIT_CLOSED" });
    pool.sets[1]?.close();
    await last;

    await expect(pool.acquire({ connections: 1 })).rejects.toMatchObject({ code: "LIMIT_CLOSED" });
  });
});
