import type { Pool } from "concurry";
import { check } from "../../check-error.ts";
import type { Context } from "../../context.ts";
import type { SourceFile } from "../../files/source-file.ts";
import { formatTime, plural } from "../../render/format.ts";
import type { FrailAnalyst } from "../../workers/frail-analyst.ts";

const SIZES = [2, 4] as const;

/** A pool that shrinks and grows while it works: no call is lost. */
export async function showAnotherSize(
  context: Context,
  pool: Pool<FrailAnalyst>,
  files: readonly SourceFile[],
): Promise<void> {
  const { screen, runs } = context;
  const before = pool.getPoolStats();
  const calls = files.map((file) => pool.analyse(file.name));
  const rows: string[][] = [];
  for (const size of SIZES) {
    const { totalWorkers } = pool.getPoolStats();
    const startedAt = performance.now();
    await pool.resize(size);
    const after = pool.getPoolStats();
    check(after.totalWorkers === size, `the pool has ${plural(size, "worker")} when resize() resolves`);
    const took = formatTime(performance.now() - startedAt);
    const open = after.queued + after.running;
    rows.push([
      `resize(${size})`,
      `from ${totalWorkers} workers to ${size} in ${took}`,
      `${plural(open, "call")} open then`,
    ]);
  }
  const reports = await Promise.all(calls);
  await runs.check("calls while the pool is resized", files, reports);
  const { failed, restarts, retried } = pool.getPoolStats();
  check(
    failed === before.failed && restarts === before.restarts && retried === before.retried,
    "no call fails or is made again, and no worker dies, when the pool is resized",
  );
  screen.line(`Another size, in the middle of ${plural(files.length, "call")}:`);
  screen.table([{ title: "" }, { title: "" }, { title: "", align: "right" }], rows);
  screen.line("All reports equal the plain loop's; none was made twice.");
}
