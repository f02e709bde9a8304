import type { LimitStats } from "concurry";
import type { Quota } from "../batch/quota.ts";
import { seededRandom } from "../batch/seeded-random.ts";
import { type BatchReport, checkBatch, MARGIN_MS, sendBatch, WORKERS } from "../batch/send-batch.ts";
import type { Context } from "../context.ts";
import { formatCount, formatShare, formatTime, plural } from "../render/format.ts";
import type { LabelRequest } from "../workers/label-service.ts";
import type { Step } from "./step.ts";

const REQUESTS = 1000;
// Enough for a mean; all of them would take more than a minute.
const LOOP_REQUESTS = 24;
const QUOTA: Quota = { windowSeconds: 0.5, requests: 100, tokens: 15_000 };
const LEAST_TOKENS = 50;
const MOST_TOKENS = 250;
const SEED = 7;
// A machine that has other work to do may take longer.

const MOST_TIMES_IDEAL = 1.25;

/** A batch of requests to a service with a quota. */
export const batchStep: Step = {
  name: "batch",
  title: "a batch of requests to an HTTP service: its quota used up, and never exceeded",

  async run(context: Context): Promise<void> {
    const { screen, interrupt } = context;
    const requests = makeRequests(context);
    const { windowSeconds } = QUOTA;
    screen.line(
      `The service (a process of its own) allows ${QUOTA.requests} requests and ${formatCount(QUOTA.tokens)} tokens in any ${windowSeconds} s, counted as they arrive, answers after 20 to 100 ms, and fails at 2 % (503).`,
    );
    screen.line(
      `The pool of ${WORKERS} threads has the same two limits, with a margin of ${MARGIN_MS} ms for the way from a grant to the service, and tries again after a 503.`,
    );
    const progress = screen.progress("requests", requests.length);
    const report = await sendBatch({
      requests,
      loopRequests: LOOP_REQUESTS,
      quota: QUOTA,
      limits: QUOTA,
      interrupt,
      onLabel: () => progress.tick(),
    });
    progress.end();
    printReport(context, report);
    checkBatch(report);
    screen.line(outcomeOf(report));
  },
};

/** One text for each request, and what its answer may cost. */
function makeRequests({ files }: Context): LabelRequest[] {
  const random = seededRandom(SEED);
  return Array.from({ length: REQUESTS }, (_, index) => ({
    text: `${index} ${files[index % files.length]?.name}`,
    maxTokens: Math.floor(LEAST_TOKENS + random() * (MOST_TOKENS - LEAST_TOKENS)),
  }));
}

function outcomeOf({ counts }: BatchReport): string {
  if (counts.refused === 0) return "Every request has its label, and not one was above the quota.";
  return `Every request has its label, but the service refused ${plural(counts.refused, "request")} at first: this machine is busy, and took up to ${formatTime(counts.delayMs.most)} from a grant to the service, more than the margin of ${MARGIN_MS} ms.`;
}

function printReport({ screen }: Context, report: BatchReport): void {
  const { counts, elapsedMs, idealMs, loopMs } = report;
  const inLoopMs = loopMs * REQUESTS;
  const times = elapsedMs / idealMs;
  const tone = times <= MOST_TIMES_IDEAL ? "good" : "bad";
  const ideal = `${screen.paint(tone, `${times.toFixed(2)} ×`)} the ${formatTime(idealMs)}`;
  screen.table(
    [{ title: "" }, { title: "" }],
    [
      [
        "requests",
        `${formatCount(counts.answered)} answered, ${formatCount(counts.failed)} failed (503), ${formatCount(counts.refused)} refused (429)`,
      ],
      ["retries", formatCount(report.retried)],
      [
        "on their way",
        `${formatTime(counts.delayMs.median)} from grant to service (median), ${formatTime(counts.delayMs.most)} at most`,
      ],
      ["tokens", formatCount(counts.tokens)],
      ["time", `${formatTime(elapsedMs)}, ${ideal} that the quota asks for`],
      [
        "plain loop",
        `${plural(LOOP_REQUESTS, "request")} took ${formatTime(loopMs * LOOP_REQUESTS)}; all would take about ${formatTime(inLoopMs)} (reckoned): ${(inLoopMs / elapsedMs).toFixed(1)} × as long as the pool; the quota allows ${(inLoopMs / idealMs).toFixed(1)} ×`,
      ],
    ],
  );
  screen.table(
    [
      { title: "limit" },
      { title: "algorithm" },
      { title: "capacity", align: "right" },
      { title: "granted", align: "right" },
      { title: "charged", align: "right" },
      { title: "given back", align: "right" },
      { title: "in use", align: "right" },
      { title: "median wait", align: "right" },
    ],
    report.limits.map(limitRow),
  );
}

function limitRow(stats: LimitStats): string[] {
  return [
    stats.key,
    stats.algorithm ?? "",
    formatCount(stats.capacity ?? 0),
    formatCount(stats.granted ?? 0),
    formatCount(stats.charged ?? 0),
    formatCount(stats.refunded ?? 0),
    formatShare(stats.utilization ?? 0),
    formatTime(stats.waitMs?.p50 ?? 0),
  ];
}
