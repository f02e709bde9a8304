import { type Pool, WorkerCrashedError } from "concurry";
import { CheckError, check } from "../../check-error.ts";
import type { Context } from "../../context.ts";
import type { FileReport } from "../../files/file-report.ts";
import type { SourceFile } from "../../files/source-file.ts";
import { unevenFiles } from "../../files/uneven-files.ts";
import { plural } from "../../render/format.ts";
import { FileAnalyst } from "../../workers/file-analyst.ts";
import { type FrailAnalyst, LEFT_CODE } from "../../workers/frail-analyst.ts";
import { begun, squeezeAt } from "../long-work.ts";
import { CHRONICLE_COLUMNS, type Chronicle } from "./chronicle.ts";

const KILLED = 1;
const LEAVING = 2;

/** One process is killed, another leaves, in the middle of their work: both come back, and no result is missing. */
export async function showTwoDeaths(
  context: Context,
  pool: Pool<FrailAnalyst>,
  chronicle: Chronicle,
  files: readonly SourceFile[],
): Promise<void> {
  const { root, screen, runs } = context;
  const { slow } = unevenFiles(context.files);
  const { reports, sizes, left } = await workAmidDeaths(pool, chronicle, files, slow);
  await chronicle.settled(context);
  screen.line(
    `Two of ${plural(pool.workers.length, "process", "processes")} die in the middle of ${plural(files.length, "call")}:`,
  );
  screen.table(CHRONICLE_COLUMNS, chronicle.take());
  if (!(left instanceof WorkerCrashedError)) throw new CheckError(`not so: leave() rejects; got ${left}`);
  check(left.exitCode === LEFT_CODE, `the process that left has exit code ${LEFT_CODE}`);
  await runs.check("calls around two deaths", files, reports);
  const expected = new FileAnalyst(root).squeeze(slow.name);
  check(
    sizes.every((size) => size === expected),
    "the call of the killed process succeeds at its second attempt",
  );
  const { retried, restarts } = pool.getPoolStats();
  check(retried >= 1 && restarts === 2, "two processes were started again, and a call was made again");
  screen.line(`leave() isn't retried: it rejects with ${left.code}, exit code ${left.exitCode}.`);
  screen.line(
    `${plural(retried, "call")} made again, ${plural(restarts, "restart")}; all reports equal the plain loop's.`,
  );
}

interface Outcome {
  readonly reports: readonly FileReport[];
  /** Results of the calls that the killed process was at. */
  readonly sizes: readonly number[];
  /** What the call that left rejected with. */
  readonly left: unknown;
}

async function workAmidDeaths(
  pool: Pool<FrailAnalyst>,
  chronicle: Chronicle,
  files: readonly SourceFile[],
  slow: SourceFile,
): Promise<Outcome> {
  // All processes are up before one of them dies.
  await pool.broadcast.words("ready?");
  const { pid } = pool.getWorkerStats(KILLED);
  pool.on("callStart", ({ method }) => {
    if (method === "leave") chronicle.hit(LEAVING, "is told to leave (process.exit)");
  });
  const long = squeezeAt(pool.workers[KILLED], slow);
  const half = Math.ceil(files.length / 2);
  const first = files.slice(0, half).map((file) => pool.analyse(file.name));
  const leaving = pool.workers[LEAVING]?.leave().catch((error: unknown) => error);
  const second = files.slice(half).map((file) => pool.analyse(file.name));
  // The one to be killed is busy with long calls, so the first of these results comes from another.
  await Promise.race(first);
  await begun(long);
  chronicle.hit(KILLED, "is killed (SIGKILL)");
  if (pid !== undefined) process.kill(pid, "SIGKILL");
  return {
    reports: await Promise.all([...first, ...second]),
    sizes: await Promise.all(long),
    left: await leaving,
  };
}
