import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CallLimit } from "../../src/limits/call-limit.ts";
import { LimitSet } from "../../src/limits/limit-set.ts";
import type { LimitState } from "../../src/limits/limit-state.ts";
import type { PaidCalls } from "../../src/limits/paid-calls.ts";
import type { Algorithm } from "../../src/limits/rate-options.ts";
import { checkBounds } from "./bounds.ts";
import { FakeClock, settle } from "./fake-clock.ts";
import { coreOf } from "./in-call.ts";
import { NaiveArbiter } from "./naive-arbiter.ts";
import { NaiveMeter } from "./naive-meters.ts";

const WINDOW_MS = 1000;
const WINDOW = WINDOW_MS * 1000;
const RUNS = 300;
const ALGORITHMS = ["sliding_window", "fixed_window", "token_bucket", "gcra", "leaky_bucket"] as const;

/** A set of one call limit, and its calls. */
class Calls {
  readonly clock: FakeClock = new FakeClock();
  readonly set: LimitSet;
  readonly paid: PaidCalls;

  constructor(capacity: number, algorithm: Algorithm = "sliding_window") {
    const limit = new CallLimit({ windowSeconds: WINDOW_MS / 1000, capacity, algorithm });
    this.set = new LimitSet([limit], { clock: this.clock });
    this.paid = coreOf(this.set).paidCalls("callApi") as PaidCalls;
  }

  /** How many of so many calls go. */
  charge(count: number, looksNow = false): number {
    return Array.from({ length: count }, () => this.paid.charge(looksNow)).filter(Boolean).length;
  }
}

test("calls of one turn take what there is, and no more", async () => {
  const calls = new Calls(10);
  expect(calls.charge(20)).toBe(10);
  expect((await calls.set.stats()).callCount).toMatchObject({
    granted: 10,
    charged: 10,
    available: 0,
    waitMs: { count: 10, max: 0 },
  });
});

test("in a turn that takes long, the later calls count from its end at the latest", async () => {
  const calls = new Calls(10);
  calls.charge(1);
  calls.clock.moveTo(0.3 * WINDOW);
  calls.charge(9);
  calls.clock.moveTo(0.6 * WINDOW);
  await settle();
  calls.clock.moveTo(WINDOW);
  expect(calls.charge(1, true)).toBe(0);
  calls.clock.moveTo(1.6 * WINDOW - 1);
  expect(calls.charge(1, true)).toBe(0);
  calls.clock.moveTo(1.6 * WINDOW);
  expect(calls.charge(11, true)).toBe(10);
});

test("calls that run in the turn of their caller count from the moment of each", () => {
  const calls = new Calls(2);
  expect(calls.charge(1, true)).toBe(1);
  calls.clock.moveTo(0.5 * WINDOW);
  expect(calls.charge(2, true)).toBe(1);
  calls.clock.moveTo(WINDOW);
  expect(calls.charge(2, true)).toBe(1);
  calls.clock.moveTo(1.5 * WINDOW);
  expect(calls.charge(2, true)).toBe(1);
});

test("whoever asks in the same turn sees what the calls have taken", () => {
  const calls = new Calls(10);
  calls.charge(9);
  expect(calls.set.tryAcquireSync({ callCount: 2 })).toBeNull();
  expect(calls.set.tryAcquireSync({ callCount: 1 })).not.toBeNull();
});

test("no call goes past those who wait, and none when the set is closed", async () => {
  const calls = new Calls(10);
  calls.charge(5);
  const large = calls.set.acquire({ callCount: 8 });
  expect(calls.charge(1)).toBe(0);
  await calls.clock.advance(WINDOW_MS);
  await large;
  expect(calls.charge(1)).toBe(1);
  calls.set.close();
  expect(calls.charge(1)).toBe(0);
});

test("the charge is the credit of the first acquire that names it", async () => {
  const calls = new Calls(10);
  calls.charge(1);
  const call = calls.paid.chargeOf(1);
  expect([1, 2].map(() => call.useCredit(coreOf(calls.set).counts()[0]?.state as LimitState))).toEqual([
    1, 0,
  ]);
  expect((await calls.set.stats()).callCount?.charged).toBe(1);
});

describe.each(ALGORITHMS)("%s", (algorithm) => {
  test("never lets more through than it guarantees, however the turns and the time go", async () => {
    const some = fc.constantFrom(0, 1, 0.01, 0.24, 0.25, 0.49, 0.97, 0.999, 1.001, 2);
    const step = fc.record({
      afterWindows: some,
      calls: fc.integer({ min: 0, max: 6 }),
      asks: fc.boolean(),
      looksNow: fc.boolean(),
    });
    const turns = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { maxLength: 12 });
    const capacities = fc.constantFrom(1, 3, 10);
    const property = fc.asyncProperty(capacities, turns, async (capacity, everyTurn) => {
      const calls = new Calls(capacity, algorithm);
      const meter = new NaiveMeter({ algorithm, capacity, burst: capacity, window: WINDOW });
      for (const turn of everyTurn) {
        for (const { afterWindows, calls: count, asks, looksNow } of turn) {
          calls.clock.moveTo(calls.clock.microseconds + Math.round(afterWindows * WINDOW));
          for (let call = calls.charge(count, looksNow); call > 0; call--)
            meter.charge(calls.clock.microseconds, 1);
          if (asks && calls.set.tryAcquireSync({}) !== null) meter.charge(calls.clock.microseconds, 1);
        }
        await settle();
      }
      checkBounds(new NaiveArbiter({ callCount: meter }, {}));
    });
    await fc.assert(property, { numRuns: RUNS });
  });
});
