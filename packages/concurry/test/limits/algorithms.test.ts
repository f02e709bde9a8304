import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LimitSet } from "../../src/limits/limit-set.ts";
import { RateLimit } from "../../src/limits/rate-limit.ts";
import type { Algorithm, RateOptions } from "../../src/limits/rate-options.ts";
import { FakeClock } from "./fake-clock.ts";

const ALGORITHMS: readonly Algorithm[] = [
  "sliding_window",
  "fixed_window",
  "token_bucket",
  "gcra",
  "leaky_bucket",
];

class Rate {
  readonly clock: FakeClock;
  readonly set: LimitSet;

  constructor(options: Partial<RateOptions>, startMs = 0) {
    this.clock = new FakeClock(startMs);
    const limit = new RateLimit({ key: "units", windowSeconds: 1, capacity: 10, ...options });
    this.set = new LimitSet([limit], { clock: this.clock });
  }

  take(units: number): ReturnType<LimitSet["tryAcquireSync"]> {
    return this.set.tryAcquireSync({ units });
  }

  async available(): Promise<number | undefined> {
    return (await this.set.stats()).units?.available;
  }

  to(milliseconds: number): void {
    this.clock.moveTo(Math.round(milliseconds * 1000));
  }
}

describe.each(ALGORITHMS)("%s", (algorithm) => {
  test("what was used less than requested comes back at once, but for the leaky bucket", async () => {
    const rate = new Rate({ algorithm, capacity: 1000, windowSeconds: 60 });
    const lease = rate.take(100);
    lease?.update({ units: 60 });
    expect(await rate.available()).toBe(algorithm === "leaky_bucket" ? 900 : 940);
    lease?.update({ units: 300 });

    expect(await rate.available()).toBe(700);
    expect((await rate.set.stats()).units).toMatchObject({
      overdrawn: 200,
      charged: algorithm === "leaky_bucket" ? 300 : 340,
    });
  });

  test("a charge that no longer counts doesn't come back", async () => {
    for (const elapsed of [1000, 1001, 2500]) {
      const rate = new Rate({ algorithm });
      const lease = rate.take(10);
      rate.to(elapsed);
      rate.take(10);
      lease?.update({ units: 0 });

      expect(rate.take(10)).toBeNull();
      expect((await rate.set.stats()).units?.refunded).toBe(0);
    }
  });

  test("with someone always waiting, at least 95 % of the capacity is granted", async () => {
    for (const windowSeconds of [0.2, 10]) {
      const rate = new Rate({ algorithm, windowSeconds, capacity: 10 });
      let granted = 0;
      const loop = async (): Promise<void> => {
        for (;;) {
          await rate.set.acquire({ units: 1 });
          granted += 1;
        }
      };
      loop().catch(() => {});
      loop().catch(() => {});
      await rate.clock.advance(10_000 * windowSeconds);
      rate.set.close();

      expect(granted).toBeGreaterThanOrEqual(95);
      expect(granted).toBeLessThanOrEqual(120);
    }
  });

  test("the margin makes the window longer", async () => {
    const rate = new Rate({ algorithm, marginMs: 20 });
    rate.take(10);
    rate.to(1019);
    expect(rate.take(10)).toBeNull();
    rate.to(1020);

    expect(rate.take(10)).not.toBeNull();
  });

  test("a window of a year neither ends early nor keeps the timer busy", async () => {
    const year = 31_536_000;
    const rate = new Rate({ algorithm, windowSeconds: year, capacity: 1 });
    rate.take(1);
    const waiting = rate.set.acquire({ units: 1 });
    await rate.clock.advance(year * 1000);

    expect((await waiting).waitedMs).toBe(year * 1000);
    expect(rate.clock.timersSet).toBeLessThan(20);
  });

  test("counts as well at the time of the epoch, at ten million a second", async () => {
    const rate = new Rate({ algorithm, capacity: 1e7, windowSeconds: 1 }, 1.7e12);
    let granted = 0;
    for (let tick = 0; tick < 100; tick++) {
      while (rate.take(1e5) !== null) granted += 1e5;
      rate.clock.moveTo(rate.clock.microseconds + 1000);
    }

    expect(granted).toBeGreaterThanOrEqual(9e5);
    expect(granted).toBeLessThanOrEqual(1.1e7);
  });
});

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
