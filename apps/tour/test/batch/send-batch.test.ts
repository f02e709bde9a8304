import { expect, test } from "vitest";
import { type BatchReport, checkBatch, MARGIN_MS, sendBatch } from "../../dist/batch/send-batch.js";
import { Interrupt } from "../../dist/interrupt.js";

const quota = { windowSeconds: 0.3, requests: 40, tokens: 4000 };
const REQUESTS = 120;

test("a batch takes what the service allows, and no more", async () => {
  const report = await send(quota);

  const { answered, failed, refused } = report.counts;
  expect({ answered, missing: report.missing }).toEqual({ answered: REQUESTS, missing: 0 });
  expect(report.retried).toBe(failed + refused);
  expect(report.limits.map(({ key, granted }) => [key, granted])).toEqual([
    ["callCount", answered + failed + refused],
    ["tokens", answered + failed + refused],
  ]);
  // The first requests of a window have to be a window old before those of the next may come.
  expect(report.elapsedMs).toBeGreaterThanOrEqual(2 * quota.windowSeconds * 1000);
});

test("a pool that takes more than the service allows is told so, and the batch has failed", async () => {
  const report = await send({ ...quota, requests: 10 * quota.requests, tokens: 10 * quota.tokens });

  const { counts } = report;
  expect(counts.refused).toBeGreaterThan(0);
  expect(() => checkBatch(report)).toThrow(`the service refused ${counts.refused} requests (429)`);
});

test.each([
  ["none was refused", 0, MARGIN_MS + 1, 0, undefined],
  ["a few were refused, and some came late", 10, MARGIN_MS + 1, 0, undefined],
  ["one was refused though all came in time", 1, MARGIN_MS, 0, "the service refused 1 requests (429)"],
  [
    "more were refused than can have come late",
    11,
    MARGIN_MS + 1,
    0,
    "the service refused 11 requests (429)",
  ],
  ["one has no label", 0, MARGIN_MS, 1, "1 have none"],
] as const)(
  "a batch in which %s (%d, %d ms, %d) is judged by that",
  (_what, refused, most, missing, message) => {
    const counts = { answered: 95, failed: 5, refused, tokens: 900, delayMs: { median: 1, most } };
    const judge = () =>
      checkBatch({ elapsedMs: 2, idealMs: 1, loopMs: 1, retried: 5, limits: [], counts, missing });

    if (message === undefined) expect(judge).not.toThrow();
    else expect(judge).toThrow(message);
  },
);

async function send(limits: typeof quota): Promise<BatchReport> {
  const interrupt = new Interrupt();
  try {
    const requests = Array.from({ length: REQUESTS }, (_, index) => ({
      text: `text ${index}`,
      maxTokens: 80,
    }));
    return await sendBatch({ requests, loopRequests: 2, quota, limits, interrupt });
  } finally {
    interrupt.close();
  }
}
