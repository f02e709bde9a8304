import { expect, test } from "vitest";
import { CallLimit } from "../../src/limits/call-limit.ts";
import { LimitSet } from "../../src/limits/limit-set.ts";
import { RateLimit } from "../../src/limits/rate-limit.ts";
import { ResourceLimit } from "../../src/limits/resource-limit.ts";
import { FakeClock } from "./fake-clock.ts";

const NO_WAITS = { count: 0, mean: 0, p50: 0, p90: 0, p99: 0, max: 0 };
const NOTHING = {
  waiting: 0,
  granted: 0,
  charged: 0,
  refunded: 0,
  overdrawn: 0,
  timedOut: 0,
  cancelled: 0,
  ownersLost: 0,
  leaked: 0,
  waitMs: NO_WAITS,
};

test("fields that don't apply to a kind are absent", async () => {
  const set = new LimitSet([
    new CallLimit({ windowSeconds: 1, capacity: 10 }),
    new RateLimit({ key: "tokens", windowSeconds: 2, capacity: 5, burst: 20, algorithm: "gcra" }),
    new ResourceLimit({ key: "connections", capacity: 3 }),
  ]);

  expect(await set.stats()).toEqual({
    callCount: {
      ...{ key: "callCount", kind: "call", algorithm: "sliding_window", windowSeconds: 1, capacity: 10 },
      ...{ available: 10, utilization: 0, ...NOTHING },
    },
    tokens: {
      ...{ key: "tokens", kind: "rate", algorithm: "gcra", windowSeconds: 2, capacity: 5, burst: 20 },
      ...{ available: 20, utilization: 0, ...NOTHING },
    },
    connections: {
      ...{ key: "connections", kind: "resource", capacity: 3, available: 3, inUse: 0 },
      ...{ utilization: 0, ...NOTHING },
    },
  });
});

test("tells how long those who were granted had waited", async () => {
  const clock = new FakeClock();
  const set = new LimitSet([new RateLimit({ key: "tokens", windowSeconds: 1, capacity: 1 })], { clock });
  const leases = [0, 1, 2].map(() => set.acquire({ tokens: 1 }));
  await clock.advance(2000);

  expect((await Promise.all(leases)).map(({ waitedMs }) => waitedMs)).toEqual([0, 1000, 2000]);
  const { waitMs, granted } = (await set.stats()).tokens ?? {};
  expect(waitMs).toMatchObject({ count: 3, mean: 1000, max: 2000 });
  expect(granted).toBe(3);
});

test("is plain data, and utilization stays between 0 and 1", async () => {
  const set = new LimitSet([new RateLimit({ key: "tokens", windowSeconds: 60, capacity: 10 })]);
  (await set.acquire({ tokens: 5 })).update({ tokens: 50 });
  const stats = await set.stats();

  expect(JSON.parse(JSON.stringify(stats))).toEqual(stats);
  expect(stats.tokens).toMatchObject({ available: 0, utilization: 1, charged: 50, overdrawn: 45 });
});
