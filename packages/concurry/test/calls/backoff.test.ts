import { describe, expect, test } from "vitest";
import { type Backoff, type BackoffAlgorithm, backoffMs } from "../../src/retry/backoff.ts";

const NO_CHANCE = (): number => 0;
const ALMOST_ONE = (): number => 1 - Number.EPSILON;

function backoff(algorithm: BackoffAlgorithm, options: Partial<Backoff> = {}): Backoff {
  return { algorithm, waitMs: 100, maxWaitMs: 1_000_000, jitter: 0, ...options };
}

describe("how a wait grows", () => {
  test.each<[BackoffAlgorithm, number[]]>([
    ["linear", [100, 200, 300, 400, 500, 600]],
    ["exponential", [100, 200, 400, 800, 1600, 3200]],
    ["fibonacci", [100, 100, 200, 300, 500, 800]],
  ])("%s", (algorithm, waits) => {
    const got = waits.map((_, index) => backoffMs(backoff(algorithm), index + 1, NO_CHANCE));
    expect(got).toEqual(waits);
  });
});

test.each(["linear", "exponential", "fibonacci"] as const)(
  "no %s wait is longer than maxWaitMs",
  (algorithm) => {
    const capped = backoff(algorithm, { maxWaitMs: 250 });
    for (const attempt of [4, 10, 100, 5000]) expect(backoffMs(capped, attempt, NO_CHANCE)).toBe(250);
  },
);

test.each(["linear", "exponential", "fibonacci"] as const)("without waitMs no %s wait grows", (algorithm) => {
  const none = backoff(algorithm, { waitMs: 0, jitter: 0.3 });
  for (const attempt of [1, 10, 1500, 5000]) expect(backoffMs(none, attempt, Math.random)).toBe(0);
});

test("jitter takes away at most its share, evenly", () => {
  const some = backoff("linear", { jitter: 0.3 });
  expect(backoffMs(some, 2, NO_CHANCE)).toBe(200);
  expect(backoffMs(some, 2, () => 0.5)).toBeCloseTo(170);
  expect(backoffMs(some, 2, ALMOST_ONE)).toBeCloseTo(140);
  const waits = Array.from({ length: 10_000 }, (_, index) => backoffMs(some, 2, () => index / 10_000));
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(140);
  expect(waits.reduce((sum, wait) => sum + wait, 0) / waits.length).toBeCloseTo(170, 0);
});

test("jitter of 1 may leave nothing of a wait, and is taken of the capped wait", () => {
  expect(backoffMs(backoff("exponential", { jitter: 1 }), 3, ALMOST_ONE)).toBeCloseTo(0);
  expect(backoffMs(backoff("exponential", { jitter: 0.5, maxWaitMs: 150 }), 3, () => 0.5)).toBeCloseTo(112.5);
});
