import { createHash } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { pipeline, type RunStats } from "@concurry/pipeline";
import { count, isLongEnough, load, type PackedFile, pack } from "../archive/archive-stages.ts";
import { createBreath } from "../breathe.ts";
import { check } from "../check-error.ts";
import type { Context } from "../context.ts";
import type { FileReport } from "../files/file-report.ts";
import type { SourceFile } from "../files/source-file.ts";
import { barStyle } from "../render/bar-style.ts";
import { formatBytes, formatCount, formatTime, plural } from "../render/format.ts";
import type { Step } from "./step.ts";

// To send a small file costs as much as to count it.
const SHARE_OF_LARGE_ONES = 3 / 4;
const READ_AT_ONCE = 16;

/** What came out of it: the archive, and what is in it, in its order. */
interface Archive {
  readonly content: Uint8Array;
  readonly reports: readonly FileReport[];
  readonly elapsedMs: number;
}

/** Stages in four modes, joined by bounded queues. */
export const pipelineStep: Step = {
  name: "pipeline",
  title: "read, count, filter, compress: stages in four modes, and one archive in order",

  async run(context: Context): Promise<void> {
    const { screen, runs } = context;
    const files = largestOf(context.files, SHARE_OF_LARGE_ONES);
    const plain = await archivePlainly(context, files);
    const { archive, stats } = await archiveInStages(context, files);

    const kept = new Set(plain.reports.map(({ name }) => name));
    const keptFiles = files.filter(({ name }) => kept.has(name));
    await runs.check("pipeline", keptFiles, archive.reports);
    checkArchive(plain, archive);
    printStages(context, stats);
    screen.line(
      `${plural(files.length, "file")}, ${formatCount(files.length - kept.size)} too short to keep: ` +
        `an archive of ${formatBytes(archive.content.byteLength)} in ${formatTime(archive.elapsedMs)}, ` +
        `a plain loop ${formatTime(plain.elapsedMs)}.`,
    );
    screen.line("The archive is that of the loop, byte for byte, in the order of the names.");
  },
};

/** The largest files that make up this share of all bytes, in their order. */
function largestOf(files: readonly SourceFile[], share: number): readonly SourceFile[] {
  const wanted = files.reduce((sum, file) => sum + file.bytes, 0) * share;
  const chosen = new Set<SourceFile>();
  let bytes = 0;
  for (const file of files.toSorted((left, right) => right.bytes - left.bytes)) {
    if (bytes >= wanted) break;
    bytes += file.bytes;
    chosen.add(file);
  }
  return files.filter((file) => chosen.has(file));
}

/** The same without any pipeline. */
async function archivePlainly(
  { root, screen, interrupt }: Context,
  files: readonly SourceFile[],
): Promise<Archive> {
  const progress = screen.progress("plain loop", files.length);
  const breathe = createBreath();
  const packedFiles: PackedFile[] = [];
  const startedAt = performance.now();
  for (const { name } of files) {
    const counted = count(await load(root, name));
    if (isLongEnough(counted)) packedFiles.push(pack(counted));
    progress.tick();
    await breathe();
    interrupt.throwIfCame();
  }
  const elapsedMs = performance.now() - startedAt;
  progress.end();
  return {
    content: Buffer.concat(packedFiles.map(({ packed }) => packed)),
    reports: packedFiles.map(({ report }) => report),
    elapsedMs,
  };
}

/** Writes files into an archive as they come out of the stages: of gzip streams in a row unpackers make one file. */
async function archiveInStages(
  { root, maxWorkers, temporaryFolder, interrupt }: Context,
  files: readonly SourceFile[],
): Promise<{ readonly archive: Archive; readonly stats: RunStats }> {
  const path = join(temporaryFolder, "sources.gz");
  const output = await open(path, "w");
  const startedAt = performance.now();
  const run = pipeline(files, { name: "archive" })
    .map(({ name }) => load(root, name), { mode: "async", workers: READ_AT_ONCE, name: "read" })
    .map(count, { mode: "process", workers: maxWorkers })
    .filter(isLongEnough, { name: "filter" })
    .map(pack, { mode: "thread", workers: maxWorkers })
    .ordered()
    .start({ signal: interrupt.signal, progress: { perStage: true, unit: "files", style: barStyle() } });
  const reports: FileReport[] = [];
  try {
    for await (const { report, packed } of run) {
      await output.write(packed);
      reports.push(report);
    }
  } finally {
    await output.close();
  }
  const elapsedMs = performance.now() - startedAt;
  return { archive: { content: await readFile(path), reports, elapsedMs }, stats: run.stats() };
}

function checkArchive(plain: Archive, archive: Archive): void {
  const names = (given: Archive): string => given.reports.map(({ name }) => name).join();
  check(names(archive) === names(plain), "the files of the archive are in order");
  check(hashOf(archive.content) === hashOf(plain.content), "the archive is that of the plain loop");
  const bytes = plain.reports.reduce((sum, report) => sum + report.bytes, 0);
  check(gunzipSync(archive.content).byteLength === bytes, "the archive can be unpacked");
}

function hashOf(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

function printStages({ screen }: Context, { stages }: RunStats): void {
  screen.table(
    [
      { title: "stage" },
      { title: "mode" },
      { title: "elements", align: "right" },
      { title: "mean time of one", align: "right" },
      { title: "waited for room", align: "right" },
    ],
    stages.map((stage) => [
      stage.name,
      stage.mode,
      formatCount(stage.completed),
      formatTime(stage.latencyMs.mean),
      formatTime(stage.blockedMs),
    ]),
  );
}
