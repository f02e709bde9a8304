import type { Pool } from "concurry";
import { check } from "../../check-error.ts";
import type { Context } from "../../context.ts";
import type { SourceFile } from "../../files/source-file.ts";
import { plural } from "../../render/format.ts";
import type { FrailAnalyst } from "../../workers/frail-analyst.ts";
import { CHRONICLE_COLUMNS, type Chronicle } from "./chronicle.ts";

const UNWELL = 0;

/** A worker says that it isn't well: another takes its place. */
export async function showUnwellWorker(
  context: Context,
  pool: Pool<FrailAnalyst>,
  chronicle: Chronicle,
  files: readonly SourceFile[],
): Promise<void> {
  const { screen, runs } = context;
  const { restarts } = pool.getPoolStats();
  await pool.workers[UNWELL]?.fallIll();
  chronicle.hit(UNWELL, "falls ill: its healthCheck() returns false from now on");
  const calls = files.map((file) => pool.analyse(file.name));
  await chronicle.settled(context);
  const reports = await Promise.all(calls);
  await runs.check("calls around a worker that isn't well", files, reports);
  check(pool.getPoolStats().restarts === restarts + 1, "one worker was replaced");
  const verdicts = await pool.broadcast.healthCheck();
  check(
    verdicts.every((isWell) => isWell),
    "all workers are well in the end",
  );
  screen.line(`One of ${plural(verdicts.length, "process", "processes")} isn't well:`);
  screen.table(CHRONICLE_COLUMNS, chronicle.take());
  screen.line(`All ${verdicts.length} are well again, and all reports equal the plain loop's.`);
}
