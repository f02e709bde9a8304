import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type TourArguments, UsageError } from "./arguments.ts";
import type { Context } from "./context.ts";
import { type FileReport, reportsFromText, reportsToText } from "./files/file-report.ts";
import { findFiles } from "./files/find-files.ts";
import { selectFiles } from "./files/select-files.ts";
import type { SourceFile } from "./files/source-file.ts";
import type { Interrupt } from "./interrupt.ts";
import { formatBytes, formatCount, formatTime, plural } from "./render/format.ts";
import type { Screen } from "./render/screen.ts";
import { Runs } from "./runs.ts";
import { allSteps } from "./steps/all-steps.ts";
import type { Step } from "./steps/step.ts";

const DEFAULT_FOLDER = fileURLToPath(new URL("../../../node_modules", import.meta.url));
const MOST_WORKERS = 8;

/**
 * Runs the steps that are asked for, one after the other.
 *
 * @throws {CheckError} When a result is not the expected one.
 * @throws {UsageError} When there is nothing to work on.
 */
export async function runTour(options: TourArguments, screen: Screen, interrupt: Interrupt): Promise<void> {
  const startedAt = performance.now();
  const root = resolve(options.folder ?? DEFAULT_FOLDER);
  const maxWorkers = Math.min(MOST_WORKERS, availableParallelism());
  const files = await chooseFiles(root, options.budgetBytes, screen);
  const expected = options.expectedFile === undefined ? undefined : await readReports(options.expectedFile);
  const runs = new Runs({ root, files, maxWorkers, screen, interrupt, expected });
  const temporaryFolder = await mkdtemp(join(tmpdir(), "concurry-tour-"));
  try {
    const steps = chooseSteps(options.steps);
    for (const step of steps) {
      await runStep(step, { root, files, maxWorkers, temporaryFolder, screen, interrupt, runs });
    }
    if (options.keptFile !== undefined)
      await writeFile(options.keptFile, reportsToText((await runs.plain()).reports));
    const took = formatTime(performance.now() - startedAt);
    screen.line();
    screen.line(
      screen.paint("good", `${plural(steps.length, "step")} in ${took}, every result as expected.`),
    );
  } finally {
    await rm(temporaryFolder, { recursive: true, force: true });
  }
}

async function chooseFiles(root: string, budgetBytes: number, screen: Screen): Promise<SourceFile[]> {
  if (!existsSync(root)) throw new UsageError(`there is no folder ${root}`);
  const found = await findFiles(root);
  const files = selectFiles(found, budgetBytes);
  if (files.length === 0) throw new UsageError(`no source files below ${root}`);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  screen.line(
    `${plural(files.length, "source file")} of the ${formatCount(found.length)} in ${root}, ${formatBytes(bytes)}`,
  );
  // Read once beforehand: the first of several passes would else be the one that waits for the disk.
  for (const file of files) await readFile(join(root, file.name));
  return files;
}

async function readReports(path: string): Promise<FileReport[]> {
  return reportsFromText(await readFile(path, "utf8"));
}

function chooseSteps(names: readonly string[]): readonly Step[] {
  return names.length === 0 ? allSteps : allSteps.filter((step) => names.includes(step.name));
}

async function runStep(step: Step, context: Context): Promise<void> {
  const { screen, interrupt } = context;
  interrupt.throwIfCame();
  screen.heading(`${step.name}: ${step.title}`);
  const startedAt = performance.now();
  await step.run(context);
  screen.line(screen.paint("quiet", `took ${formatTime(performance.now() - startedAt)}`));
}
