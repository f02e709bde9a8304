import { beforeEach, describe, expect, test } from "vitest";
import { CallLimit, type CallLimitOptions } from "../../src/limits/call-limit.ts";
import { LimitSet } from "../../src/limits/limit-set.ts";
import { RateLimit } from "../../src/limits/rate-limit.ts";
import { ResourceLimit } from "../../src/limits/resource-limit.ts";
import { FakeClock } from "./fake-clock.ts";
import { coreOf, InCall } from "./in-call.ts";
import { keeping } from "./keeping.ts";

const TOKENS = new RateLimit({ key: "tokens", windowSeconds: 60, capacity: 1000 });
const CONNECTIONS = new ResourceLimit({ key: "connections", capacity: 5 });

let clock: FakeClock;
let set: LimitSet;

beforeEach(() => {
  clock = new FakeClock();
  set = makeSet();
});

function makeSet(call: Partial<CallLimitOptions> = {}, limits = [TOKENS, CONNECTIONS]): LimitSet {
  return keeping(
    new LimitSet([new CallLimit({ windowSeconds: 60, capacity: 100, ...call }), ...limits], { clock }),
  );
}

async function counts(of: LimitSet = set): Promise<readonly (number | undefined)[]> {
  const { callCount, tokens, connections } = await of.stats();
  const net = (callCount?.charged ?? 0) - (callCount?.refunded ?? 0);
  return [net, (tokens?.charged ?? 0) - (tokens?.refunded ?? 0), connections?.inUse];
}

describe("inside a call that the pool charged", () => {
  test("a method that acquires nothing costs one call", async () => {
    new InCall(coreOf(set));

    expect(await counts()).toEqual([1, 0, 0]);
  });

  test.each([{ tokens: 100 }, { requested: { tokens: 100 } }])("%o takes tokens alone", async (request) => {
    await new InCall(coreOf(set)).limits.acquire(request);

    expect(await counts()).toEqual([1, 100, 0]);
  });

  test("a body that throws gives its connection back, and its error surfaces", async () => {
    const { limits } = new InCall(coreOf(set));
    const failing = limits.use({ connections: 1 }, async () => {
      expect(await counts()).toEqual([1, 0, 1]);
      throw new Error("upstream");
    });

    await expect(failing).rejects.toThrow("upstream");
    expect(await counts()).toEqual([1, 0, 0]);
  });

  test("tokens and a connection are taken in one step", async () => {
    await new InCall(coreOf(set)).limits.acquire({ tokens: 100, connections: 1 });

    expect(await counts()).toEqual([1, 100, 1]);
  });

  test("acquiring three times takes three times the tokens, and one call", async () => {
    const { limits } = new InCall(coreOf(set));
    for (let times = 0; times < 3; times++) await limits.acquire({ tokens: 100 });

    expect(await counts()).toEqual([1, 300, 0]);
  });

  test("naming the calls counts more of them, but for the one that the pool has charged", async () => {
    const { limits } = new InCall(coreOf(set));
    for (let times = 0; times < 3; times++) await limits.acquire({ callCount: 1, tokens: 100 });

    expect(await counts()).toEqual([3, 300, 0]);
  });

  test("naming several calls uses the pool's one up", async () => {
    const lease = await new InCall(coreOf(set)).limits.acquire({ callCount: 5 });

    expect(lease.amounts).toEqual({ callCount: 5 });
    expect(await counts()).toEqual([5, 0, 0]);
  });

  test("a failed request leaves the pool's charge to be used by the next", async () => {
    const full = makeSet({ capacity: 3 });
    const { limits } = new InCall(coreOf(full));
    const others = await full.acquire({ callCount: 1, connections: 5 });
    expect(await limits.tryAcquire({ callCount: 1, connections: 1 })).toBeNull();
    const waiting = limits.acquire({ callCount: 1, connections: 1 }, { timeoutMs: 10 });
    const refused = expect(waiting).rejects.toMatchObject({ code: "LIMIT_TIMEOUT" });
    const other = limits.acquire({ callCount: 1 });
    await clock.advance(20);
    await refused;
    await other;
    others.release();

    // One by the pool, one outside, one more that was asked for while the first held the credit.
    expect(await counts(full)).toEqual([3, 0, 0]);
    await limits.acquire({ callCount: 1 });
    expect(await counts(full)).toEqual([3, 0, 0]);
  });

  test("acquire() asks for the amount of tokens, and takes nothing", async () => {
    const { limits } = new InCall(coreOf(set));

    await expect(limits.acquire()).rejects.toMatchObject({
      code: "LIMIT_AMOUNT_REQUIRED",
      message: "Must specify requested amount for RateLimit 'tokens'",
      key: "tokens",
    });
    expect(await counts()).toEqual([1, 0, 0]);
  });

  test("acquire() takes one of each resource that the call doesn't hold yet", async () => {
    const small = makeSet({}, [new ResourceLimit({ key: "connections", capacity: 1 })]);
    const { limits } = new InCall(coreOf(small));
    const outer = await limits.acquire();
    const inner = await limits.acquire();
    expect([outer.amounts, inner.amounts]).toEqual([{ connections: 1 }, {}]);
    inner.release();
    expect(await counts(small)).toEqual([1, 0, 1]);
    outer.release();
    const again = await limits.acquire();

    expect(again.amounts).toEqual({ connections: 1 });
    expect(await counts(small)).toEqual([1, 0, 1]);
  });

  test("what was really used is what counts", async () => {
    const lease = await new InCall(coreOf(set)).limits.acquire({ tokens: 100 });
    lease.update({ tokens: 42 });

    expect(await counts()).toEqual([1, 42, 0]);
  });

  test("each attempt of a retry is charged anew", async () => {
    for (let attempt = 0; attempt < 3; attempt++)
      await new InCall(coreOf(set)).limits.acquire({ tokens: 100 });

    expect(await counts()).toEqual([3, 300, 0]);
  });

  test("charge: acquire leaves the pool out, and counts each outermost acquire", async () => {
    const mine = makeSet({ charge: "acquire" });
    const { limits, grant } = new InCall(coreOf(mine));
    expect(grant).toBeUndefined();
    const lease = await limits.acquire({ tokens: 100 });
    await limits.acquire({ tokens: 100 });
    await lease.acquire({ connections: 1 });

    expect(await counts(mine)).toEqual([2, 200, 1]);
  });

  test("methods that are not named are exempt, and their acquires too", async () => {
    for (const charge of ["call", "acquire"] as const) {
      const mine = makeSet({ charge, methods: ["callApi"] });
      await new InCall(coreOf(mine), "readCache").limits.acquire({ tokens: 1 });
      expect(await counts(mine)).toEqual([0, 1, 0]);
      await new InCall(coreOf(mine), "callApi").limits.acquire({ tokens: 1 });
      expect(await counts(mine)).toEqual([1, 2, 0]);
    }
  });

  test("several call limits are charged together, each with its own credit", async () => {
    const both = keeping(
      new LimitSet(
        [
          new CallLimit({ key: "perSecond", windowSeconds: 1, capacity: 10 }),
          new CallLimit({ key: "perMinute", windowSeconds: 60, capacity: 500 }),
        ],
        { clock },
      ),
    );
    const { limits } = new InCall(coreOf(both));
    await limits.acquire({ perSecond: 1 });
    await limits.acquire({ perSecond: 1, perMinute: 1 });
    const stats = await both.stats();

    expect([stats.perSecond?.charged, stats.perMinute?.charged]).toEqual([2, 1]);
  });
});

describe("outside of a call", () => {
  test("each acquire counts as one call, unless it says otherwise", async () => {
    expect((await set.acquire({ tokens: 100 })).amounts).toEqual({ tokens: 100, callCount: 1 });
    expect(await counts()).toEqual([1, 100, 0]);
    await set.acquire({ tokens: 100, callCount: 0 });
    expect(await counts()).toEqual([1, 200, 0]);
    await set.acquire({});
    expect(await counts()).toEqual([2, 200, 0]);
  });

  test("so does an acquire of calls that acquires count themselves", async () => {
    const mine = makeSet({ charge: "acquire", methods: ["callApi"] });
    await mine.acquire({ tokens: 100 });

    expect(await counts(mine)).toEqual([1, 100, 0]);
  });

  test("a nested acquire takes what it names, and no call", async () => {
    const lease = await set.acquire({ tokens: 100 });
    const inner = await lease.acquire({ connections: 2 });
    expect([inner.amounts, await counts()]).toEqual([{ connections: 2 }, [1, 100, 2]]);
    lease.release();
    expect(await counts()).toEqual([1, 100, 2]);
    inner.release();

    expect(await counts()).toEqual([1, 100, 0]);
  });

  test("a nested acquire that could never be granted says so at once", async () => {
    const outer = await set.acquire({ connections: 3 });
    const middle = await outer.acquire({ connections: 1 });

    await expect(middle.acquire({ connections: 2 })).rejects.toMatchObject({
      code: "LIMIT_EXCEEDS_CAPACITY",
      details: { requested: 2, held: 4, capacity: 5 },
    });
    outer.update({ connections: 2 });
    await middle.acquire({ connections: 2 });
    expect(await counts()).toEqual([1, 0, 5]);
  });

  test("a nested acquire may wait for a rate, which comes back by time", async () => {
    const outer = await set.acquire({ tokens: 800 });
    const inner = outer.acquire({ tokens: 300 });
    await clock.advance(60_000);

    expect((await inner).waitedMs).toBe(60_000);
  });

  test("a released lease takes no more", async () => {
    const lease = await set.acquire({ connections: 1 });
    lease.release();

    await expect(lease.acquire({ connections: 1 })).rejects.toMatchObject({ code: "LIMIT_RELEASED" });
  });

  test("amount 0 takes nothing, and may still be told of its usage", async () => {
    const lease = await set.acquire({ tokens: 0, connections: 0, callCount: 0 });
    expect(await counts()).toEqual([0, 0, 0]);
    lease.update({ tokens: 30 });

    expect(await counts()).toEqual([0, 30, 0]);
    expect((await set.stats()).tokens?.overdrawn).toBe(30);
  });
});
