import { CallLimit, type LimitStats, RateLimit } from "concurry";
import { CheckError, check } from "../check-error.ts";
import type { Interrupt } from "../interrupt.ts";
import { LabelClient } from "../workers/label-client.ts";
import { type LabelRequest, LabelService, type ServiceCounts } from "../workers/label-service.ts";
import { labelOf } from "./label-of.ts";
import type { Quota } from "./quota.ts";
import { StatusError } from "./status-error.ts";

/** How many requests are on their way at once. */
export const CONCURRENCY = 20;
const SEED = 20;
/**
 * Milliseconds by which the pool's windows are longer than the service's: a request leaves somewhat later than it was
 * granted, and not all equally late. On a quiet machine 20 would do.
 */
export const MARGIN_MS = 80;
const RETRY = { retries: 5, waitMs: 50 };
const UNAVAILABLE = 503;

/** What is sent where. */
export interface BatchOptions {
  readonly requests: readonly LabelRequest[];
  /** How many of them a plain loop sends, one after the other, to compare with. */
  readonly loopRequests: number;
  /** What the service allows. */
  readonly quota: Quota;
  /** What the pool takes for its quota. */
  readonly limits: Quota;
  readonly interrupt: Interrupt;
  readonly onLabel?: () => void;
}

/** How it went. */
export interface BatchReport {
  readonly elapsedMs: number;
  /** Time that the service's quota and one answer take, with every request that came to it. */
  readonly idealMs: number;
  /** Mean time of a request of the plain loop. */
  readonly loopMs: number;
  /** Requests that had no right label in the end. */
  readonly missing: number;
  readonly retried: number;
  /** What the service saw. */
  readonly counts: ServiceCounts;
  readonly limits: readonly LimitStats[];
}

/** Sends requests to a service of its own, first some in a plain loop, then all through a pool with limits. */
export async function sendBatch(options: BatchOptions): Promise<BatchReport> {
  const { quota, requests, loopRequests, interrupt } = options;
  await using service = interrupt.covers(LabelService.options({ mode: "thread" }).init(quota, SEED));
  const url = await service.url();
  const loopMs = await sendInLoop(url, requests.slice(0, loopRequests), interrupt);
  await using pool = interrupt.covers(poolOf(url, options.limits));
  await pool.ready();
  const startedAt = performance.now();
  const calls = requests.map(async (request) => {
    const label = await pool.label(request);
    options.onLabel?.();
    return label;
  });
  const labels = await Promise.allSettled(calls);
  const elapsedMs = performance.now() - startedAt;
  interrupt.throwIfCame();
  const counts = await service.counts("pool");
  const stats = pool.getPoolStats();
  return {
    elapsedMs,
    idealMs: idealMs(quota, counts, loopMs),
    loopMs,
    missing: labels.filter((label, index) => !isRight(label, requests[index])).length,
    retried: stats.retried,
    counts,
    limits: Object.values(stats.limits) as LimitStats[],
  };
}

/**
 * Makes sure of the one thing that limits are for.
 *
 * @throws {CheckError} When the service had to refuse a request, or one has no label.
 */
export function checkBatch({ counts, missing }: BatchReport): void {
  if (counts.refused > 0)
    throw new CheckError(`the service refused ${counts.refused} requests (429): more than its quota came`);
  check(missing === 0, `every request has its label, ${missing} have none`);
}

function poolOf(url: string, { windowSeconds, requests, tokens }: Quota) {
  const window = { windowSeconds, marginMs: MARGIN_MS };
  return LabelClient.options({
    mode: "async",
    concurrency: CONCURRENCY,
    limits: [
      // Charged together with the tokens, just before the request leaves.
      new CallLimit({ ...window, capacity: requests, charge: "acquire" }),
      new RateLimit({ ...window, capacity: tokens, key: "tokens" }),
    ],
    retry: { ...RETRY, on: (error) => error instanceof StatusError && error.status === UNAVAILABLE },
  }).init(url, "pool", CONCURRENCY);
}

async function sendInLoop(
  url: string,
  requests: readonly LabelRequest[],
  interrupt: Interrupt,
): Promise<number> {
  const client = new LabelClient(url, "loop");
  const startedAt = performance.now();
  for (const request of requests) {
    await client.label(request).catch((error: unknown) => {
      if (!(error instanceof StatusError)) throw error;
    });
    interrupt.throwIfCame();
  }
  return (performance.now() - startedAt) / Math.max(1, requests.length);
}

/** The quota lets one window's worth through at once, and each further one a window later. */
function idealMs(quota: Quota, { answered, failed, tokens }: ServiceCounts, answerMs: number): number {
  const windows = Math.ceil(Math.max((answered + failed) / quota.requests, tokens / quota.tokens));
  return (windows - 1) * quota.windowSeconds * 1000 + answerMs;
}

function isRight(label: PromiseSettledResult<string>, request: LabelRequest | undefined): boolean {
  return label.status === "fulfilled" && request !== undefined && label.value === labelOf(request.text);
}
