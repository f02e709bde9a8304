import type { PoolStats } from "concurry";
import type { Context } from "../context.ts";
import { type Findings, summarize, wastedBytes } from "../files/findings.ts";
import { formatBytes, formatCount, formatShare, formatTime, plural, shortenPath } from "../render/format.ts";
import type { Column } from "../render/table.ts";
import type { Step } from "./step.ts";

const FREQUENT_SHOWN = 8;
const PATH_WIDTH = 80;

const WORKER_COLUMNS: readonly Column[] = [
  { title: "worker" },
  { title: "state" },
  { title: "calls", align: "right" },
  { title: "failed", align: "right" },
  { title: "working", align: "right" },
  { title: "waiting", align: "right" },
  { title: "efficiency", align: "right" },
  { title: "per call", align: "right" },
];

/** What a pool knows of itself, and what it found in the files. */
export const statsStep: Step = {
  name: "stats",
  title: "what a pool tells of its work, and what it found in the files",

  async run(context: Context): Promise<void> {
    const { reports, stats } = await context.runs.pooled("thread");
    printWorkers(context, stats);
    context.screen.line();
    printFindings(context, summarize(reports, FREQUENT_SHOWN));
  },
};

function printWorkers({ screen }: Context, stats: PoolStats): void {
  screen.table(
    WORKER_COLUMNS,
    stats.workers.map((worker) => [
      worker.threadId === undefined ? `process ${worker.pid}` : `thread ${worker.threadId}`,
      worker.state,
      formatCount(worker.callsFinished),
      formatCount(worker.callsFailed),
      formatTime(worker.timeWorkingMs),
      formatTime(worker.timeWaitingMs),
      formatShare(worker.efficiency),
      formatTime(worker.msPerCall),
    ]),
  );
  const { latencyMs, loadBalancer } = stats;
  screen.line(
    `Pool ${stats.name} (${stats.mode}, ${loadBalancer.algorithm}): ${plural(stats.completed, "call")}, ${stats.failed} failed, ${plural(stats.restarts, "restart")}.`,
  );
  screen.line(
    `From call to result: half within ${formatTime(latencyMs.p50)}, 90 % within ${formatTime(latencyMs.p90)}, all within ${formatTime(latencyMs.max)} (all calls were made at once, after those to warm up).`,
  );
}

function printFindings({ screen }: Context, findings: Findings): void {
  const { largest, duplicates, frequent } = findings;
  const worst = duplicates[0];
  screen.table(
    [{ title: "" }, { title: "" }],
    [
      ["files", `${formatCount(findings.files)}, ${formatBytes(findings.bytes)}`],
      ["text", `${plural(findings.lines, "line")}, ${plural(findings.words, "word")}`],
      [
        "gzip",
        `${formatBytes(findings.gzipBytes)}, ${formatShare(findings.gzipBytes / Math.max(1, findings.bytes))} of the size`,
      ],
      [
        "largest",
        largest ? `${formatBytes(largest.bytes)}  ${shortenPath(largest.name, PATH_WIDTH)}` : "none",
      ],
      [
        "same content",
        `${plural(duplicates.length, "group")}, ${formatBytes(findings.duplicateBytes)} could be saved`,
      ],
      ...(worst?.[0] === undefined
        ? []
        : [
            [
              "",
              `${worst.length} × ${shortenPath(worst[0].name, PATH_WIDTH)}, ${formatBytes(wastedBytes(worst))}`,
            ],
          ]),
      ["frequent names", frequent.map(([name, count]) => `${name} ${formatCount(count)}`).join(", ")],
    ],
  );
}
