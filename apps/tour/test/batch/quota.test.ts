import { expect, test } from "vitest";
import { QuotaWindow } from "../../src/batch/quota.ts";

const quota = { windowSeconds: 0.5, requests: 2, tokens: 100 };

test("requests above the quota of requests are refused until the oldest is a window old", () => {
  const window = new QuotaWindow(quota);

  expect([0, 1, 2, 499, 500, 500.5, 501].map((at) => window.take(10, at, at))).toEqual([
    true,
    true,
    false,
    false,
    true,
    false,
    true,
  ]);
});

test("requests above the quota of tokens are refused, smaller ones are not", () => {
  const window = new QuotaWindow(quota);

  expect(window.take(60, 0, 0)).toBe(true);
  expect(window.take(41, 1, 1)).toBe(false);
  expect(window.take(40, 2, 2)).toBe(true);
});

test("a request that was read late counts from when it can have come", () => {
  const window = new QuotaWindow(quota);
  window.take(10, 0, 80);
  window.take(10, 0, 80);

  expect(window.take(10, 499, 499)).toBe(false);
  expect(window.take(10, 500, 500)).toBe(true);
});
