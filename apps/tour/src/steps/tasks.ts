import { TaskPool, WorkerNotFoundError } from "concurry";
import { check } from "../check-error.ts";
import type { Context } from "../context.ts";
import type { FileReport } from "../files/file-report.ts";
import { formatCount, formatTime, plural } from "../render/format.ts";
import type { Column } from "../render/table.ts";
import { WARM_UP_FILES } from "../runs.ts";
import { analyse, analyseFile, type FilePlace } from "../workers/analyse-file.ts";
import type { Step } from "./step.ts";

const WANTED = 10;

const COLUMNS: readonly Column[] = [
  { title: "how" },
  { title: "where" },
  { title: "time", align: "right" },
  { title: "taken ahead", align: "right" },
];

/** One pass of a function over the files. */
interface Pass {
  readonly reports: readonly FileReport[];
  readonly elapsedMs: number;
  /** The most files that were taken and not reported yet. */
  readonly mostAhead: number;
  readonly taken: number;
}

/** A plain function in workers, without a class. */
export const tasksStep: Step = {
  name: "tasks",
  title: "a plain function in workers, over a source that is read as it is needed",

  async run(context: Context): Promise<void> {
    const { screen, runs, files, maxWorkers, interrupt } = context;
    const plain = await runs.plain();
    const inOrder = await runInOrder(context);
    await using pool = interrupt.covers(TaskPool.options({ mode: "process", maxWorkers }).init());
    const anyOrder = await pass(context, "as done", (places) =>
      pool.map(analyseFile, places, { ordered: false }),
    );
    await runs.check("map without order", files, anyOrder.reports);
    const some = await pass(context, "first ones", (places) => pool.map(analyseFile, places), WANTED);
    check(some.reports.length === Math.min(WANTED, files.length), `${WANTED} reports were wanted`);

    screen.line("for await (const report of analyse.map(places)) …");
    screen.table(COLUMNS, [
      ["plain loop", "no pool", formatTime(plain.elapsedMs), ""],
      ["task, in order", plural(maxWorkers, "thread"), ...rowOf(inOrder)],
      ["TaskPool, as done", plural(maxWorkers, "process", "processes"), ...rowOf(anyOrder)],
    ]);
    screen.line(
      `All ${plural(files.length, "report")} equal the plain loop's, with the order kept and without.`,
    );
    screen.line(
      `Left after ${WANTED} reports, the source had given ${plural(some.taken, "file")} of ${formatCount(files.length)}.`,
    );
    screen.line(`A closure is refused: ${await refusalOf(pool)}`);
  },
};

function rowOf({ elapsedMs, mostAhead }: Pass): string[] {
  return [formatTime(elapsedMs), plural(mostAhead, "file")];
}

async function runInOrder(context: Context): Promise<Pass> {
  const { runs, files, interrupt } = context;
  await using task = interrupt.covers(analyse);
  const inOrder = await pass(context, "in order", (places) => task.map(places));
  await runs.check("map", files, inOrder.reports);
  const isInOrder = inOrder.reports.every((report, index) => report.name === files[index]?.name);
  check(isInOrder, "the reports come in the order of the files");
  return inOrder;
}

/** What one hears who gives a function that no other process can know. */
async function refusalOf(pool: TaskPool): Promise<string> {
  const factor = 2;
  const refusal = await pool
    .submit((value: number) => value * factor, 1)
    .then(
      () => undefined,
      (error: Error) => error,
    );
  check(refusal instanceof WorkerNotFoundError, "a closure is refused");
  return refusal?.message.split(". ").slice(1).join(". ") ?? "";
}

async function pass(
  { files, root, maxWorkers, screen, interrupt }: Context,
  label: string,
  map: (places: Iterable<FilePlace>) => AsyncIterable<FileReport>,
  wanted: number = files.length,
): Promise<Pass> {
  const progress = screen.progress(label, wanted);
  let taken = 0;
  let mostAhead = 0;
  function* places(): Generator<FilePlace> {
    for (const { name } of files) {
      taken += 1;
      mostAhead = Math.max(mostAhead, taken - reports.length);
      yield { root, name };
    }
  }
  // Whoever works has done as many files before time is taken as in the other steps.
  const warmUp = files.slice(0, WARM_UP_FILES).map(({ name }) => ({ root, name }));
  for (let round = 0; round < maxWorkers; round += 1)
    for await (const _ of map(warmUp)) interrupt.throwIfCame();
  const reports: FileReport[] = [];
  const startedAt = performance.now();
  for await (const report of map(places())) {
    reports.push(report);
    progress.tick();
    interrupt.throwIfCame();
    if (reports.length === wanted) break;
  }
  const elapsedMs = performance.now() - startedAt;
  progress.end();
  return { reports, elapsedMs, mostAhead, taken };
}
