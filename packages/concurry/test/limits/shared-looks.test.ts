import { describe, expect, test } from "vitest";
import { CallLimit } from "../../src/limits/call-limit.ts";
import type { Grant } from "../../src/limits/grant.ts";
import { LimitSet } from "../../src/limits/limit-set.ts";
import { RateLimit } from "../../src/limits/rate-limit.ts";
import { Dear } from "./dear-clock.ts";
import { FakeClock, settle } from "./fake-clock.ts";
import { coreOf, InCall } from "./in-call.ts";

const WINDOW = 1_000_000;
const MANY = 40;

test("of many in a row, several count from the end of their turn at the latest", async () => {
  const dear = new Dear();
  dear.hurry();
  expect(dear.count(5)).toBe(5);
  dear.toWindows(0.3);
  expect(dear.count(20)).toBe(5);
  dear.toWindows(0.4);
  await settle();
  dear.toWindows(1.3 - 1e-6);
  expect(dear.count(20)).toBe(0);
  dear.toWindows(1.4);
  expect(dear.count(20)).toBe(10);
});

test("a request in a turn of its own counts from its own moment", async () => {
  const dear = new Dear();
  dear.hurry();
  expect(dear.count(1)).toBe(1);
  await settle();
  dear.toWindows(0.5);
  expect(dear.count(1)).toBe(1);
  dear.toWindows(1.5);
  expect(dear.units.available).toBe(10);
});

test("a turn that asked without taking leaves nothing to the next one", async () => {
  const dear = new Dear();
  dear.hurry();
  await settle();
  dear.toWindows(0.5);
  expect(dear.count(1)).toBe(1);
  dear.toWindows(1.5);
  expect(dear.units.available).toBe(10);
});

test("a clock that somebody has made is read for each request", async () => {
  const clock = new FakeClock();
  const set = new LimitSet([new RateLimit({ key: "units", windowSeconds: 1, capacity: 100 })], { clock });
  for (let taken = 0; taken < 100; taken++) await set.acquire({ units: 1 });
  clock.moveTo(WINDOW);
  expect((await set.stats()).units?.available).toBe(100);
});

test("by the real clock, as many as there are go at once, and the others wait for a window", async () => {
  const set = new LimitSet([new RateLimit({ key: "units", windowSeconds: 1, capacity: 100 })]);
  const start = performance.now();
  const leases = Array.from({ length: 150 }, () => set.acquire({ units: 1 }));
  expect((await set.stats()).units).toMatchObject({ granted: 100, waiting: 50, available: 0 });
  await Promise.all(leases);
  expect(performance.now() - start).toBeGreaterThanOrEqual(999);
});

describe("what was used", () => {
  test("before the charge counts, less is charged", async () => {
    const dear = new Dear();
    dear.hurry();
    const [first, second] = [dear.take(6), dear.take(4)] as [Grant, Grant];
    dear.core.update(first, { units: 1 });
    expect(dear.count(20)).toBe(5);
    dear.core.update(second, { units: 0 });
    expect(dear.units).toMatchObject({ available: 4, charged: 15, refunded: 9 });
    await settle();
    expect(dear.units).toMatchObject({ available: 4, charged: 15, refunded: 9 });
  });

  test("is told after the turn, and comes back to the moment of the charge", async () => {
    const dear = new Dear();
    dear.hurry();
    const [first, second] = [dear.take(6), dear.take(4)] as [Grant, Grant];
    await settle();
    dear.toWindows(0.5);
    dear.core.update(first, { units: 2 });
    expect(dear.units.available).toBe(4);
    dear.core.release(second);
    dear.core.update(first, { units: 0 });
    expect(dear.units.available).toBe(6);
    dear.toWindows(1);
    expect(dear.units.available).toBe(10);
  });

  test("may be raised again, which counts from then on", async () => {
    const dear = new Dear();
    dear.hurry();
    const grant = dear.take(6) as Grant;
    dear.core.update(grant, { units: 0 });
    dear.core.update(grant, { units: 5 });
    dear.core.update(grant, { units: 3 });
    expect(dear.units).toMatchObject({ available: 7, charged: 11, refunded: 8, overdrawn: 0 });
  });

  test("never gives back the charge of another that was made at the same moment", async () => {
    const limit = new CallLimit({ windowSeconds: 1, capacity: 10 });
    const set = new LimitSet([limit], { clock: new FakeClock() });
    const lease = await new InCall(coreOf(set)).limits.acquire({ callCount: 3 });
    lease.update({ callCount: 0 });
    expect((await set.stats()).callCount).toMatchObject({ available: 9, charged: 3, refunded: 2 });
  });

  test("is refused where it is wrong, and changes nothing", () => {
    const dear = new Dear();
    dear.hurry();
    const grant = dear.take(6, 2) as Grant;
    const wrongs = [{ units: Number.NaN }, { units: 1, unit: 1 }, { units: 1, slots: 3 }];
    for (const wrong of wrongs) expect(() => dear.core.update(grant, wrong)).toThrow();
    expect(dear.units).toMatchObject({ available: 4, refunded: 0 });
    dear.core.update(grant, { units: 5, slots: 1 });
    expect(dear.core.stats()).toMatchObject({ units: { available: 5 }, slots: { inUse: 1 } });
  });

  test("gives a bucket its room back while one of those who were charged together holds on", async () => {
    const dear = new Dear(10, "token_bucket");
    dear.hurry();
    const [first, second] = [dear.take(5), dear.take(5)] as [Grant, Grant];
    dear.core.release(first);
    // Twice is once.
    dear.core.release(first);
    await settle();
    dear.core.update(second, { units: 0 });
    expect(dear.units.available).toBe(5);
  });

  test("a leaky bucket keeps what was poured, also in the same turn", () => {
    const dear = new Dear(10, "leaky_bucket");
    dear.hurry();
    dear.core.update(dear.take(6) as Grant, { units: 1 });
    expect(dear.units).toMatchObject({ available: 4, refunded: 0 });
  });
});

test("a request for several limits takes all of them or none", () => {
  const dear = new Dear();
  dear.hurry();
  dear.take(9, 4);
  expect(dear.take(1, 2)).toBeUndefined();
  expect(dear.take(2, 1)).toBeUndefined();
  dear.hurry();
  expect(dear.take(2, 1)).toBeUndefined();
  expect(dear.core.stats()).toMatchObject({ units: { charged: 9 }, slots: { inUse: 4 } });
  expect(dear.take(1, 1)).toBeDefined();
});

test("resources that are taken beside come back in the same turn", () => {
  const dear = new Dear(1000);
  dear.hurry();
  for (let round = 0; round < MANY; round++) dear.core.release(dear.take(1, 5) as Grant);
  expect(dear.core.stats()).toMatchObject({
    units: { available: 1000 - MANY },
    slots: { inUse: 0, charged: 5 * MANY, refunded: 5 * MANY },
  });
});
