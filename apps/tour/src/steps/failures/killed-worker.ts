import { WorkerCrashedError } from "concurry";
import { CheckError, check } from "../../check-error.ts";
import type { Context } from "../../context.ts";
import { selectFiles } from "../../files/select-files.ts";
import { unevenFiles } from "../../files/uneven-files.ts";
import { plural } from "../../render/format.ts";
import { FileAnalyst } from "../../workers/file-analyst.ts";
import { begun, squeezeAt } from "../long-work.ts";

const WORKERS = 2;
const VICTIM = 0;
const BUDGET_BYTES = 3_000_000;

/** A process is killed from outside in the middle of its work: what runs in it fails, all other calls go on. */
export async function showKilledWorker(context: Context): Promise<void> {
  const { root, screen, interrupt, runs } = context;
  const files = selectFiles(context.files, BUDGET_BYTES);
  const { slow } = unevenFiles(context.files);
  await using pool = interrupt.covers(
    FileAnalyst.options({ mode: "process", maxWorkers: WORKERS }).init(root),
  );
  // Both processes are up before one of them dies.
  await pool.broadcast.words("ready?");
  const before = pool.getWorkerStats(VICTIM);

  const long = squeezeAt(pool.workers[VICTIM], slow);
  const calls = files.map((file) => pool.analyse(file.name));
  // The victim is busy with long calls, so the first of these results comes from the other worker.
  await Promise.race(calls).then(() => begun(long));
  if (before.pid !== undefined) process.kill(before.pid, "SIGKILL");

  const sizes = await withSecondTry(long, () => pool.squeeze(slow.name));
  const reports = await withSecondTry(calls, (index) => pool.analyse(files[index]?.name ?? ""));
  await runs.check("calls around a killed worker", files, reports.results);
  checkSizes(sizes.results, new FileAnalyst(root).squeeze(slow.name));
  const after = pool.getWorkerStats(VICTIM);
  check(after.pid !== before.pid, "a new process took the place of the killed one");
  const [error] = sizes.errors;
  if (error === undefined) throw new CheckError("not so: the call that the killed process was at rejects");

  screen.line(
    `A process is killed (SIGKILL) at work. ${plural(long.length + calls.length, "call")} were made before:`,
  );
  const repeated = sizes.errors.length + reports.errors.length;
  screen.table(
    [{ title: "" }, { title: "" }],
    [
      ...errorRows(error),
      [
        "other calls",
        `all have their result; ${plural(repeated, "call")} had to be made again, none is lost`,
      ],
      ["new process", `pid ${after.pid} in place of ${before.pid}, ${plural(after.restarts, "restart")}`],
    ],
  );
}

function checkSizes(sizes: readonly number[], expected: number): void {
  check(
    sizes.every((size) => size === expected),
    `every long call results in ${expected} bytes in the end; got ${sizes.join(", ")}`,
  );
}

function errorRows(error: WorkerCrashedError): string[][] {
  return [
    ["its call", `rejects with ${error.name}, code ${error.code}`],
    ["message", error.message],
    ["facts", `signal ${error.signal}, worker ${error.workerIndex}, last method ${error.lastMethod}`],
  ];
}

/** All results, those of calls that died with their worker from a second try; and what these rejected with. */
async function withSecondTry<T>(
  calls: readonly Promise<T>[],
  again: (index: number) => Promise<T>,
): Promise<{ results: T[]; errors: WorkerCrashedError[] }> {
  const errors: WorkerCrashedError[] = [];
  const results = await Promise.all(
    calls.map((call, index) =>
      call.catch((error: unknown) => {
        if (!(error instanceof WorkerCrashedError)) throw error;
        errors.push(error);
        return again(index);
      }),
    ),
  );
  return { results, errors };
}
