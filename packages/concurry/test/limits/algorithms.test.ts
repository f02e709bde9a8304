import { describe, expect, test } from "vitest";
import type { Algorithm } from "../../src/limits/rate-options.ts";
import { Rate } from "./one-rate.ts";

const ALGORITHMS: readonly Algorithm[] = [
  "sliding_window",
  "fixed_window",
  "token_bucket",
  "gcra",
  "leaky_bucket",
];

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
