import { beforeEach, describe, expect, test } from "vitest";
import { CallLimit } from "../../src/limits/call-limit.ts";
import { LimitPool, type LimitPoolOptions, poolCoreOf } from "../../src/limits/limit-pool.ts";
import { LimitSet } from "../../src/limits/limit-set.ts";
import { RateLimit } from "../../src/limits/rate-limit.ts";
import type { Limit } from "../../src/limits/set-definition.ts";
import { FakeClock } from "./fake-clock.ts";
import { InCall } from "./in-call.ts";
import { keeping } from "./keeping.ts";

let clock: FakeClock;

beforeEach(() => {
  clock = new FakeClock();
});

function tokens(capacity = 100): Limit {
  return new RateLimit({ key: "tokens", windowSeconds: 1, capacity });
}

function calls(capacity: number, algorithm: "sliding_window" | "leaky_bucket" = "sliding_window"): Limit {
  return new CallLimit({ windowSeconds: 1, capacity, algorithm });
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

describe("a call", () => {
  test("is charged at one set, and takes from that one", async () => {
    const pool = poolOf([
      [calls(10), tokens()],
      [calls(10), tokens()],
    ]);
    const call = new InCall(poolCoreOf(pool));
    await new InCall(poolCoreOf(pool)).limits.acquire({ tokens: 3 });
    const indexes = [];
    for (let time = 0; time < 3; time++)
      indexes.push((await call.limits.acquire({ tokens: 1 })).config.index);

    expect(indexes).toEqual([0, 0, 0]);
    expect(await charged(pool, "tokens")).toEqual([3, 3]);
    expect(await charged(pool, "callCount")).toEqual([1, 1]);
  });

  test("chooses at each acquire where no pool charges", async () => {
    const pool = poolOf([[tokens()], [tokens()]]);
    const { limits } = new InCall(poolCoreOf(pool));
    const indexes = [];
    for (let time = 0; time < 3; time++) indexes.push((await limits.acquire({ tokens: 1 })).config.index);

    expect(indexes).toEqual([0, 1, 0]);
  });

  test("may move with its first acquire, charge and all", async () => {
    const pool = poolOf(
      [
        [calls(10), tokens(5)],
        [calls(10), tokens(5)],
      ],
      { loadBalancing: "first_available" },
    );
    await pool.sets[0]?.acquire({ tokens: 5, callCount: 0 });
    const { limits } = new InCall(poolCoreOf(pool));
    expect(await charged(pool, "callCount")).toEqual([1, 0]);
    const lease = await limits.acquire({ tokens: 2, callCount: 2 });

    expect([lease.config.index, lease.amounts]).toEqual([1, { callCount: 2, tokens: 2 }]);
    expect(await charged(pool, "callCount")).toEqual([0, 2]);
    await limits.acquire({ tokens: 1, callCount: 1 });
    expect(await charged(pool, "callCount")).toEqual([0, 3]);
    expect(await limits.tryAcquire({ tokens: 3 })).toBeNull();
  });

  test("doesn't move where there is no room for the call, too", async () => {
    const pool = poolOf(
      [
        [calls(10), tokens(5)],
        [calls(2), tokens(5)],
      ],
      { loadBalancing: "first_available" },
    );
    await pool.sets[0]?.acquire({ tokens: 5, callCount: 0 });
    await pool.sets[1]?.acquire({ callCount: 1 });
    const { limits } = new InCall(poolCoreOf(pool));

    expect(await limits.tryAcquire({ tokens: 1, callCount: 2 })).toBeNull();
    expect(await charged(pool, "callCount")).toEqual([1, 1]);
    expect(await charged(pool, "tokens")).toEqual([5, 0]);
  });

  test("what a leaky bucket was charged stays when the call moves", async () => {
    const leaky = [calls(10, "leaky_bucket"), tokens(5)];
    const pool = poolOf([leaky, leaky], { loadBalancing: "first_available" });
    await pool.sets[0]?.acquire({ tokens: 5, callCount: 0 });
    await new InCall(poolCoreOf(pool)).limits.acquire({ tokens: 1 });

    expect(await charged(pool, "callCount")).toEqual([1, 1]);
  });
});
