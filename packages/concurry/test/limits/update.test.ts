import { describe, expect, test } from "vitest";
import { LimitSet } from "../../src/limits/limit-set.ts";
import { RateLimit } from "../../src/limits/rate-limit.ts";
import { ResourceLimit } from "../../src/limits/resource-limit.ts";
import { FakeClock } from "./fake-clock.ts";
import { keeping } from "./keeping.ts";

const LIMITS = [
  new RateLimit({ key: "tokens", windowSeconds: 60, capacity: 1000 }),
  new RateLimit({ key: "strict", windowSeconds: 60, capacity: 1000, overdraft: "error" }),
  new ResourceLimit({ key: "connections", capacity: 5 }),
];

function makeSet(): LimitSet {
  return keeping(new LimitSet(LIMITS, { clock: new FakeClock() }));
}

describe("update", () => {
  test.each<[string, unknown, string, string]>([
    ["a key that the lease has not", { strict: 1 }, "LIMIT_UNKNOWN_KEY", "This lease has no limit 'strict'"],
    [
      "a key that the set has not",
      { token: 1 },
      "LIMIT_UNKNOWN_KEY",
      "There is no limit 'token'; did you mean 'tokens'?",
    ],
    [
      "NaN",
      { tokens: 1, connections: Number.NaN },
      "LIMIT_BAD_AMOUNT",
      "Amount for limit 'connections' must be an integer ≥ 0, got NaN",
    ],
    [
      "more of a resource than is held",
      { tokens: 1, connections: 3 },
      "LIMIT_BAD_AMOUNT",
      "Amount for limit 'connections' must be at most what is held (2), got 3",
    ],
    [
      "more than can be counted",
      { tokens: 1e300 },
      "LIMIT_BAD_AMOUNT",
      "Amount for limit 'tokens' must be at most what can be counted (9007199254740991), got 1e+300",
    ],
  ])("refuses %s, and changes nothing", async (_what, usage, code, message) => {
    const set = makeSet();
    const lease = await set.acquire({ tokens: 100, connections: 2 });
    const before = await set.stats();

    expect(() => lease.update(usage as { tokens: number })).toThrow(message);
    expect(() => lease.update({ usage: usage as { tokens: number } })).toThrow(
      expect.objectContaining({ code }),
    );
    expect(await set.stats()).toEqual(before);
  });

  test("refuses an overdraft where the limit says so, but not what had been requested", async () => {
    const set = makeSet();
    const lease = await set.acquire({ strict: 100 });
    lease.update({ strict: 60 });
    lease.update({ strict: 100 });

    expect(() => lease.update({ strict: 101 })).toThrow(
      "Used amount (101) exceeds requested amount (100) for limit 'strict'",
    );
    expect((await set.stats()).strict).toMatchObject({
      available: 900,
      charged: 140,
      refunded: 40,
      overdrawn: 0,
    });
  });

  test("is refused after the release, which may come twice", async () => {
    const set = makeSet();
    const lease = await set.acquire({ connections: 2 });
    lease.release();
    lease.release();
    lease[Symbol.dispose]();
    await lease[Symbol.asyncDispose]();

    expect(() => lease.update({ connections: 1 })).toThrow(
      expect.objectContaining({ code: "LIMIT_RELEASED" }),
    );
    expect((await set.stats()).connections).toMatchObject({
      available: 5,
      inUse: 0,
      charged: 2,
      refunded: 2,
    });
  });

  test("gives back a part of a resource at once, and the last word counts", async () => {
    const set = makeSet();
    const lease = await set.acquire({ connections: 4, tokens: 100 });
    const waiting = set.acquire({ connections: 3 });
    lease.update({ connections: 2, tokens: 20 });
    lease.update({ tokens: 70 });

    expect((await waiting).amounts).toEqual({ connections: 3 });
    expect((await set.stats()).tokens).toMatchObject({
      available: 930,
      charged: 150,
      refunded: 80,
      overdrawn: 0,
    });
  });
});
