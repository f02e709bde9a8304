import { expect, test } from "vitest";
import { type BatchReport, checkBatch, MARGIN_MS, sendBatch } from "../../dist/batch/send-batch.js";
import { Interrupt } from "../../dist/interrupt.js";

const quota = { windowSeconds: 0.3, requests: 40, tokens: 4000 };
const REQUESTS = 120;

test("a batch takes what the service allows, and no more", async () => {
  const report = await send(quota);

  checkBatch(report);
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
  const inTime = { ...report, counts: { ...counts, delayMs: { median: 1, most: MARGIN_MS } } };
  expect(() => checkBatch(inTime)).toThrow(`the service refused ${counts.refused} requests (429)`);
});

test("requests that came later than the margin may have been refused, but each has its label in the end", async () => {
  const report = await send({ ...quota, requests: 10 * quota.requests, tokens: 10 * quota.tokens });

  const counts = { ...report.counts, delayMs: { median: 1, most: MARGIN_MS + 1 } };
  expect(report.missing).toBe(0);
  checkBatch({ ...report, counts });
  expect(() => checkBatch({ ...report, counts, missing: 1 })).toThrow("1 have none");
});

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
