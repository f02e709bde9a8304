import { callContext, gather, ProgressBar, type ProgressBarOptions } from "concurry";
import type { Context } from "../context.ts";
import type { FileReport } from "../files/file-report.ts";
import type { SourceFile } from "../files/source-file.ts";
import { barStyle } from "../render/bar-style.ts";
import { formatCount, plural } from "../render/format.ts";
import { FileAnalyst } from "../workers/file-analyst.ts";
import type { Step } from "./step.ts";

/** Analyses many files in one call, and shows how far it is. */
class ShareAnalyst extends FileAnalyst {
  analyseAll(names: readonly string[], bar: ProgressBarOptions): FileReport[] {
    const reports: FileReport[] = [];
    for (const name of new ProgressBar(names, bar)) {
      reports.push(this.analyse(name));
      callContext().progress(reports.length, names.length);
    }
    return reports;
  }
}

/** One call for each worker, and a bar for each call. */
export const progressStep: Step = {
  name: "progress",
  title: "bars that workers move and the program draws",

  async run(context: Context): Promise<void> {
    const { root, files, maxWorkers, screen, interrupt, runs } = context;
    const style = barStyle();
    const shares = dealOut(files, maxWorkers);

    await using pool = interrupt.covers(ShareAnalyst.options({ mode: "process", maxWorkers }).init(root));
    const news = shares.map(() => 0);
    pool.on("callProgress", ({ workerIndex }) => {
      news[workerIndex] = (news[workerIndex] ?? 0) + 1;
    });
    const futures = shares.map((share, index) => {
      const names = share.map((file) => file.name);
      return pool.analyseAll(names, { description: `share ${index}`, unit: "files", style });
    });
    const results = await gather(futures, { progress: { description: "all shares", unit: "shares", style } });

    await runs.check("progress", files, results.flat());
    screen.line('for (const name of new ProgressBar(names, { description: "share 0" })) …');
    screen.table(
      [
        { title: "share" },
        { title: "worker", align: "right" },
        { title: "files", align: "right" },
        { title: "times it told how far it was", align: "right" },
      ],
      futures.map(({ workerIndex }, index) => [
        String(index),
        String(workerIndex),
        formatCount(shares[index]?.length ?? 0),
        formatCount(news[workerIndex ?? 0] ?? 0),
      ]),
    );
    screen.line(`${plural(files.length, "file")} analysed; each worker told at most ten times a second.`);
  },
};

/** Gives each worker about as much to do: large files one by one. */
function dealOut(files: readonly SourceFile[], count: number): SourceFile[][] {
  const shares = Array.from({ length: Math.min(count, files.length) }, (): SourceFile[] => []);
  const bySize = files.toSorted((a, b) => b.bytes - a.bytes);
  for (const [index, file] of bySize.entries()) shares[index % shares.length]?.push(file);
  return shares;
}
