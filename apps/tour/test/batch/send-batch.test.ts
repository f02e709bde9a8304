import { expect, test } from "vitest";
import { type BatchReport, checkBatch, sendBatch } from "../../dist/batch/send-batch.js";
import { Interrupt } from "../../dist/interrupt.js";

const quota = { windowSeconds: 0.3, requests: 40, tokens: 4000 };
const REQUESTS = 120;

test("a batch takes what the service allows, and no more", async () => {
  const report = await send(quota);

  checkBatch(report);
  const { answered, failed, refused } = report.counts;
  expect({ answered, refused, missing: report.missing }).toEqual({
    answered: REQUESTS,
    refused: 0,
    missing: 0,
  });
  expect(report.retried).toBe(failed);
  expect(report.limits.map(({ key, granted }) => [key, granted])).toEqual([
    ["callCount", answered + failed],
    ["tokens", answered + failed],
  ]);
  // The first requests of a window have to be a window old before those of the next may come.
  expect(report.elapsedMs).toBeGreaterThanOrEqual(2 * quota.windowSeconds * 1000);
});

test("a pool that takes more than the service allows is told so, and the batch has failed", async () => {
  const report = await send({ ...quota, requests: 10 * quota.requests, tokens: 10 * quota.tokens });

  expect(report.counts.refused).toBeGreaterThan(0);
  expect(report.missing).toBe(report.counts.refused);
  expect(() => checkBatch(report)).toThrow(`the service refused ${report.counts.refused} requests (429)`);
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
