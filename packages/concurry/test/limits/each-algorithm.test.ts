import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Rate } from "./one-rate.ts";

describe("sliding_window", () => {
  test("a charge counts until it is exactly as old as the window", () => {
    const rate = new Rate({});
    rate.take(6);
    rate.to(500);
    rate.take(4);
    rate.to(999.999);
    expect(rate.take(1)).toBeNull();
    rate.to(1000);
    expect(rate.take(6)).not.toBeNull();
    rate.to(1499.999);
    expect(rate.take(1)).toBeNull();
    rate.to(1500);

    expect(rate.take(4)).not.toBeNull();
  });

  test("what was charged by an update counts from the update on", () => {
    const rate = new Rate({});
    const lease = rate.take(5);
    rate.to(600);
    lease?.update({ units: 10 });
    rate.to(1000);
    expect(rate.take(6)).toBeNull();
    expect(rate.take(5)).not.toBeNull();
    rate.to(1600);

    expect(rate.take(5)).not.toBeNull();
  });

  test("keeps one entry per grant, and drops them all", async () => {
    const rate = new Rate({ capacity: 1e6 });
    for (let grant = 0; grant < 5000; grant++) {
      rate.to(grant);
      rate.take(100);
    }
    expect(await rate.available()).toBe(1e6 - 100_000);
    rate.to(6000);

    expect(await rate.available()).toBe(1e6);
  });
});

describe("fixed_window", () => {
  test("opens with the first grant after the last one ended, not by looking", async () => {
    const rate = new Rate({ algorithm: "fixed_window" });
    await rate.available();
    rate.to(300);
    await rate.available();
    rate.take(10);
    rate.to(1299);
    expect(rate.take(1)).toBeNull();
    rate.to(1300);
    expect(await rate.available()).toBe(10);
    rate.to(1800);
    expect(rate.take(10)).not.toBeNull();
    rate.to(2799);
    expect(rate.take(1)).toBeNull();
  });

  test("lets twice the capacity through across an edge", () => {
    const rate = new Rate({ algorithm: "fixed_window" });
    rate.take(1);
    rate.to(999);
    const before = rate.take(9);
    rate.to(1000);

    expect([before, rate.take(10)]).not.toContain(null);
  });

  test("carries what was overdrawn into the windows that follow, a capacity each", async () => {
    const rate = new Rate({ algorithm: "fixed_window" });
    rate.take(1)?.update({ units: 35 });
    const seen: unknown[] = [];
    for (const time of [999, 1000, 1999, 2000, 2999, 3000, 3999, 4000]) {
      rate.to(time);
      seen.push(await rate.available());
    }

    expect(seen).toEqual([0, 0, 0, 0, 0, 5, 5, 10]);
  });
});

describe("token_bucket", () => {
  test("holds at most its burst, and grows by the capacity per window", async () => {
    const rate = new Rate({ algorithm: "token_bucket", burst: 25 });
    expect(rate.take(26 - 1)).not.toBeNull();
    expect(() => rate.take(26)).toThrow("exceeds capacity (25)");
    rate.to(100);
    expect(await rate.available()).toBe(1);
    rate.to(60_000);

    expect(await rate.available()).toBe(25);
  });

  test("gives back no more than the least room since, to all together", async () => {
    const rate = new Rate({ algorithm: "token_bucket", capacity: 100 });
    const [first, second] = [rate.take(50), rate.take(50)];
    rate.to(800);
    rate.take(80);
    first?.update({ units: 0 });
    expect(await rate.available()).toBe(20);
    second?.update({ units: 0 });

    expect(await rate.available()).toBe(20);
  });

  test("a level below 0 is waited off", async () => {
    const rate = new Rate({ algorithm: "token_bucket" });
    rate.take(10)?.update({ units: 30 });
    const waiting = rate.set.acquire({ units: 1 });
    await rate.clock.advance(2099);
    expect((await rate.set.stats()).units?.waiting).toBe(1);
    await rate.clock.advance(1);

    expect((await waiting).waitedMs).toBe(2100);
  });

  test("admits what a textbook cell rate algorithm admits", () => {
    const steps = fc.array(fc.tuple(fc.nat(3_000_000), fc.integer({ min: 1, max: 16 })), { maxLength: 60 });
    fc.assert(
      fc.property(
        fc.constantFrom("token_bucket", "gcra" as const),
        fc.integer({ min: 16, max: 40 }),
        steps,
        (algorithm, burst, all) => {
          // 16 in 1.6 s: a unit takes exactly 100,000 microseconds.
          const rate = new Rate({ algorithm, capacity: 16, windowSeconds: 1.6, burst });
          let arrival = 0;
          for (const [elapsed, units] of all) {
            const now = rate.clock.microseconds + elapsed;
            rate.clock.moveTo(now);
            const next = Math.max(arrival, now) + units * 100_000;
            const conforms = next - now <= burst * 100_000;
            if (conforms) arrival = next;
            expect(rate.take(units) !== null).toBe(conforms);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("leaky_bucket", () => {
  test("spaces requests by what they took", async () => {
    const rate = new Rate({ algorithm: "leaky_bucket" });
    const times: number[] = [];
    const all = [1, 3, 1, 10, 1].map(async (units) => {
      await rate.set.acquire({ units });
      times.push(rate.clock.now());
    });
    await rate.clock.advance(3000);
    await Promise.all(all);

    expect(times).toEqual([0, 100, 400, 500, 1500]);
  });

  test("asking often makes nothing leak later", () => {
    const rate = new Rate({ algorithm: "leaky_bucket" });
    rate.take(10);
    for (let time = 0; time < 1000; time += 0.5) {
      rate.to(time);
      expect(rate.take(1)).toBeNull();
    }
    rate.to(1000);

    expect(rate.take(1)).not.toBeNull();
  });
});
