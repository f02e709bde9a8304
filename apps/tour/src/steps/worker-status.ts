import { WorkerResource, WorkerResourcePool, type WorkerStats } from "concurry";
import { check } from "../check-error.ts";
import type { Context } from "../context.ts";
import type { FileReport } from "../files/file-report.ts";
import { selectFiles } from "../files/select-files.ts";
import type { SourceFile } from "../files/source-file.ts";
import { formatBytes, formatCount, formatShare, formatTime, plural } from "../render/format.ts";
import { analyseBelow } from "../workers/analyse-file.ts";
import type { Step } from "./step.ts";

// Enough to see a worker starve and work.
const SHARE = 1 / 4;
const PAUSE_SHARE = 3;

/** A worker that is fed by hand, and what it tells of that. */
export const workerStatusStep: Step = {
  name: "worker-status",
  title: "a worker that one feeds by hand: how much of its time it works, and waits for data",

  async run(context: Context): Promise<void> {
    const { screen, runs } = context;
    const total = context.files.reduce((sum, file) => sum + file.bytes, 0);
    const files = selectFiles(context.files, total * SHARE);
    const starved = await feedSlowly(context, files);
    const busy = await feedAll(context, files);
    await runs.check("execute", files, starved.reports);
    await runs.check("sendData", files, busy.reports);
    const isFedBetter = busy.status.efficiency > starved.status.efficiency;
    check(isFedBetter, "a worker that always has data works more of its time");
    const shared = await shareOut(context, files);
    await runs.check("map", files, shared.reports);
    printStatuses(context, [
      ["one, at times", starved.status],
      ["one, all at once", busy.status],
      ...shared.statuses.map((status): [string, WorkerStats] => [`of ${shared.statuses.length}`, status]),
    ]);
    screen.line(
      `${plural(files.length, "file")} three times, each report as the plain loop's. Of ${shared.statuses.length} workers the mean efficiency is ${formatShare(shared.meanEfficiency)}, with their start ${formatShare(shared.meanTotalEfficiency)}; ${formatTime(shared.meanMsPerCall)} per file.`,
    );
  },
};

interface Fed {
  readonly reports: readonly FileReport[];
  readonly status: WorkerStats;
}

/** One file after the other, and something else to do in between. */
async function feedSlowly({ root, screen, interrupt }: Context, files: readonly SourceFile[]): Promise<Fed> {
  const resource = new WorkerResource<string, FileReport>();
  const progress = screen.progress("execute", files.length);
  const reports: FileReport[] = [];
  await using started = resource.start();
  await started.updateUserFunction(analyseBelow, root);
  for (const file of files) {
    const startedAt = performance.now();
    reports.push(await started.execute(file.name));
    const pauseUntil = performance.now() + (performance.now() - startedAt) * PAUSE_SHARE;
    while (performance.now() < pauseUntil) Math.random();
    progress.tick();
    interrupt.throwIfCame();
  }
  progress.end();
  return { reports, status: started.getStatus() };
}

/** All files are sent, then all reports received. */
async function feedAll({ root, screen, interrupt }: Context, files: readonly SourceFile[]): Promise<Fed> {
  const progress = screen.progress("sendData", files.length);
  await using resource = new WorkerResource<string, FileReport>().start();
  await resource.updateUserFunction(analyseBelow, root);
  for (const file of files) resource.sendData(file.name);
  const reports: FileReport[] = [];
  while (reports.length < files.length) {
    reports.push(await resource.recvData());
    progress.tick();
    interrupt.throwIfCame();
  }
  progress.end();
  return { reports, status: resource.getStatus() };
}

async function shareOut({ root, maxWorkers, screen, interrupt }: Context, files: readonly SourceFile[]) {
  const progress = screen.progress("map", files.length);
  await using resources = new WorkerResourcePool<string, FileReport>(maxWorkers).start();
  await resources.updateUserFunction(analyseBelow, root);
  const reports: FileReport[] = [];
  for await (const report of resources.map(files.map(({ name }) => name))) {
    reports.push(report);
    progress.tick();
    interrupt.throwIfCame();
  }
  progress.end();
  return {
    reports,
    statuses: resources.getStatuses(),
    meanEfficiency: resources.meanEfficiency(),
    meanTotalEfficiency: resources.meanTotalEfficiency(),
    meanMsPerCall: resources.meanMsPerCall(),
  };
}

function printStatuses({ screen }: Context, rows: readonly (readonly [string, WorkerStats])[]): void {
  screen.table(
    [
      { title: "worker" },
      { title: "process", align: "right" },
      { title: "files", align: "right" },
      { title: "working", align: "right" },
      { title: "waiting", align: "right" },
      { title: "efficiency", align: "right" },
      { title: "with start", align: "right" },
      { title: "per file", align: "right" },
      { title: "heap", align: "right" },
    ],
    rows.map(([name, status]) => [
      name,
      String(status.pid),
      formatCount(status.callsFinished),
      formatTime(status.timeWorkingMs),
      formatTime(status.timeWaitingMs),
      formatShare(status.efficiency),
      formatShare(status.totalEfficiency),
      formatTime(status.msPerCall),
      formatBytes(status.heapUsedBytes),
    ]),
  );
}
