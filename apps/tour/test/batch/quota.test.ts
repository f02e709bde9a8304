import { expect, test } from "vitest";
import { QuotaWindow } from "../../src/batch/quota.ts";

const quota = { windowSeconds: 0.5, requests: 2, tokens: 100 };

test("requests above the quota of requests are refused until the oldest is a window old", () => {
  const window = new QuotaWindow(quota);

  expect([0, 1, 2, 499, 500, 500.5, 501].map((at) => window.take(10, at))).toEqual([
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

  expect(window.take(60, 0)).toBe(true);
  expect(window.take(41, 1)).toBe(false);
  expect(window.take(40, 2)).toBe(true);
});
