import type { Context } from "../context.ts";
import { bar, formatTime, plural } from "../render/format.ts";
import { type LocalMode, WARM_UP_FILES } from "../runs.ts";
import type { Step } from "./step.ts";

const MODES: readonly LocalMode[] = ["sync", "async", "thread", "process"];
const BAR_WIDTH = 12;

/** One class in four modes, against a plain loop. */
export const modesStep: Step = {
  name: "modes",
  title: "one class in four modes, against a plain loop over the same files",

  async run(context: Context): Promise<void> {
    const { runs, screen } = context;
    const plain = await runs.plain();
    const rows: string[][] = [["plain loop", "no pool", "", formatTime(plain.elapsedMs), "1.00 ×", ""]];
    for (const mode of MODES) {
      const { startMs, elapsedMs, stats } = await runs.pooled(mode);
      const speedUp = plain.elapsedMs / elapsedMs;
      rows.push([
        `"${mode}"`,
        workersOf(mode, stats.totalWorkers),
        formatTime(startMs),
        formatTime(elapsedMs),
        `${speedUp.toFixed(2)} ×`,
        screen.paint(speedUp > 1.2 ? "good" : "quiet", bar(speedUp / context.maxWorkers, BAR_WIDTH)),
      ]);
    }
    screen.table(
      [
        { title: "mode" },
        { title: "where" },
        { title: "start", align: "right" },
        { title: "time", align: "right" },
        { title: "speed-up", align: "right" },
        { title: "" },
      ],
      rows,
    );
    screen.line(`All ${plural(plain.reports.length, "report")} equal the plain loop's in every mode.`);
    screen.line(
      `Start: until every worker is up and warm (${WARM_UP_FILES} files; the plain loop had them, too).`,
    );
    screen.line("All of it is computing: in one thread, async gains nothing.");
  },
};

function workersOf(mode: LocalMode, count: number): string {
  if (mode === "thread") return plural(count, "thread");
  if (mode === "process") return plural(count, "process", "processes");
  return mode === "sync" ? "the caller's own turn" : "the caller's event loop";
}
