import { closeSync, openSync, writeSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type PoolStats, Worker } from "concurry";
import type { Context } from "../context.ts";
import { type FileReport, reportsFromText } from "../files/file-report.ts";
import { selectFiles } from "../files/select-files.ts";
import { formatBytes, formatCount, formatTime, plural } from "../render/format.ts";
import { FileAnalyst } from "../workers/file-analyst.ts";
import { FileReader } from "../workers/file-reader.ts";
import type { Step } from "./step.ts";

// The contents of the files cross twice, so a part of them shows enough.
const SHARE = 1 / 3;

/** Appends reports to one file, a line each. Not exported: its thread finds it all the same. */
class ReportStore extends Worker {
  readonly #file: number;
  #lines = 0;

  constructor(path: string) {
    super();
    this.#file = openSync(path, "w");
  }

  /** Returns the number of the line that was written, from 1. */
  store(report: FileReport): number {
    writeSync(this.#file, `${JSON.stringify(report)}\n`);
    this.#lines += 1;
    return this.#lines;
  }

  onStop(): void {
    closeSync(this.#file);
  }
}

/** Three pools, the future of one call being the argument of the next. */
export const chainStep: Step = {
  name: "chain",
  title: "three pools in a row: read, analyse, store, with no await between",

  async run(context: Context): Promise<void> {
    const { root, maxWorkers, screen, interrupt, runs } = context;
    const total = context.files.reduce((sum, file) => sum + file.bytes, 0);
    const files = selectFiles(context.files, total * SHARE);
    const resultFile = join(context.temporaryFolder, "reports.jsonl");
    const progress = screen.progress("chain", files.length);
    const startedAt = performance.now();

    await using reader = interrupt.covers(FileReader.options({ mode: "thread" }).init(root));
    await using analyst = interrupt.covers(FileAnalyst.options({ mode: "process", maxWorkers }).init(root));
    await using store = interrupt.covers(ReportStore.options({ mode: "thread" }).init(resultFile));
    const lines = files.map((file) => {
      const content = reader.read(file.name);
      const report = analyst.examine(file.name, content);
      const line = store.store(report);
      line.then(
        () => progress.tick(),
        () => {},
      );
      return line;
    });
    await Promise.all(lines);

    const elapsedMs = performance.now() - startedAt;
    progress.end();
    const text = await readFile(resultFile, "utf8");
    await runs.check("chain", files, reportsFromText(text));
    screen.line("const line = store.store(analyst.examine(name, reader.read(name)));");
    printPools(context, [reader.getPoolStats(), analyst.getPoolStats(), store.getPoolStats()]);
    screen.line(
      `${plural(files.length, "file")} went through in ${formatTime(elapsedMs)}; ` +
        `the result file (${formatBytes(Buffer.byteLength(text))}) holds what the plain loop found.`,
    );
  },
};

function printPools({ screen }: Context, pools: readonly PoolStats[]): void {
  screen.table(
    [
      { title: "pool" },
      { title: "mode" },
      { title: "workers", align: "right" },
      { title: "calls", align: "right" },
      { title: "mean time of a call", align: "right" },
    ],
    pools.map((stats) => [
      stats.name,
      stats.mode,
      String(stats.totalWorkers),
      formatCount(stats.completed),
      formatTime(meanCallMs(stats)),
    ]),
  );
}

/** Time in which workers computed, for each call. */
function meanCallMs({ workers }: PoolStats): number {
  const workingMs = workers.reduce((sum, worker) => sum + worker.timeWorkingMs, 0);
  const calls = workers.reduce((sum, worker) => sum + worker.callsFinished, 0);
  return workingMs / Math.max(1, calls);
}
