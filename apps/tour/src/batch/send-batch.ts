import { setImmediate } from "node:timers/promises";
import { CallLimit, type LimitStats, RateLimit } from "concurry";
import { CheckError, check } from "../check-error.ts";
import type { Interrupt } from "../interrupt.ts";
import { LabelClient } from "../workers/label-client.ts";
import { type LabelRequest, LabelService } from "../workers/label-service.ts";
import { labelOf } from "./label-of.ts";
import type { Quota } from "./quota.ts";
import type { ServiceCounts } from "./service-counts.ts";
import { StatusError } from "./status-error.ts";

/** Workers of the pool, each with one request on its way. */
export const WORKERS = 20;
const SEED = 20;
/**
 * Milliseconds by which the pool's windows are longer than the service's, which counts a request when it arrives: no two
 * may differ by more than this in how long they take from their grant to there. With a core to spare that is 1 ms, and
 * less than 20 for the latest; on a machine with too much to do it is 50 to 400, which no margin worth its price covers.
 */
export const MARGIN_MS = 20;
const RETRY = { retries: 8, waitMs: 50 };
// More refusals than this are no matter of lateness: a machine with ten times too much to do had 3 %.
const MOST_LATE_SHARE = 0.1;
const TOO_MANY_REQUESTS = 429;
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
  await using service = interrupt.covers(LabelService.options({ mode: "process" }).init(quota, SEED));
  const url = await service.url();
  const loopMs = await sendInLoop(url, requests.slice(0, loopRequests), interrupt);
  await using pool = interrupt.covers(poolOf(url, options.limits));
  // All threads are up, connected and warm before the clock starts.
  await pool.broadcast.warmUp();
  const startedAt = performance.now();
  const areRight: Promise<boolean>[] = [];
  for (const request of requests) {
    areRight.push(isRight(pool.label(request), request, options.onLabel));
    // As long as this thread is busy, its limits grant nothing.
    if (areRight.length % WORKERS === 0) await setImmediate();
  }
  const missing = (await Promise.all(areRight)).filter((right) => !right).length;
  const elapsedMs = performance.now() - startedAt;
  interrupt.throwIfCame();
  const counts = await service.counts("pool");
  const stats = pool.getPoolStats();
  return {
    elapsedMs,
    idealMs: idealMs(quota, counts, loopMs),
    loopMs,
    missing,
    retried: stats.retried,
    counts,
    limits: Object.values(stats.limits) as LimitStats[],
  };
}

/**
 * Makes sure of the one thing that limits are for. A few requests may have been refused where some came later than the
 * margin, which no limit can know beforehand.
 *
 * @throws {CheckError} When the service refused many requests, or any though all came in time, or one has no label.
 */
export function checkBatch({ counts, missing }: BatchReport): void {
  const { answered, failed, refused, delayMs } = counts;
  const mayBeLate = delayMs.most > MARGIN_MS ? MOST_LATE_SHARE * (answered + failed) : 0;
  if (refused > mayBeLate)
    throw new CheckError(`the service refused ${refused} requests (429): more than its quota came`);
  check(missing === 0, `every request has its label, ${missing} have none`);
}

function poolOf(url: string, { windowSeconds, requests, tokens }: Quota) {
  const window = { windowSeconds, marginMs: MARGIN_MS };
  return LabelClient.options({
    mode: "thread",
    maxWorkers: WORKERS,
    limits: [
      // Charged together with the tokens, just before the request leaves.
      new CallLimit({ ...window, capacity: requests, charge: "acquire" }),
      new RateLimit({ ...window, capacity: tokens, key: "tokens" }),
    ],
    retry: { ...RETRY, on: isPassing },
  }).init(url, "pool");
}

/** A service that is out of order, or had to refuse a request that came late, may answer the next time. */
function isPassing(error: unknown): boolean {
  return error instanceof StatusError && [TOO_MANY_REQUESTS, UNAVAILABLE].includes(error.status);
}

async function sendInLoop(
  url: string,
  requests: readonly LabelRequest[],
  interrupt: Interrupt,
): Promise<number> {
  const client = new LabelClient(url, "loop");
  try {
    await client.warmUp();
    const startedAt = performance.now();
    for (const request of requests) {
      await client.label(request).catch((error: unknown) => {
        if (!(error instanceof StatusError)) throw error;
      });
      interrupt.throwIfCame();
    }
    return (performance.now() - startedAt) / Math.max(1, requests.length);
  } finally {
    client.onStop();
  }
}

/** The quota lets one window's worth through at once, and each further one a window later. */
function idealMs(quota: Quota, { answered, failed, tokens }: ServiceCounts, answerMs: number): number {
  const windows = Math.ceil(Math.max((answered + failed) / quota.requests, tokens / quota.tokens));
  return (windows - 1) * quota.windowSeconds * 1000 + answerMs;
}

async function isRight(
  label: PromiseLike<string>,
  { text }: LabelRequest,
  onLabel?: () => void,
): Promise<boolean> {
  try {
    return (await label) === labelOf(text);
  } catch {
    return false;
  } finally {
    onLabel?.();
  }
}
