import type { PoolMethods } from "concurry";
import type { SourceFile } from "../files/source-file.ts";
import type { FileAnalyst } from "../workers/file-analyst.ts";

// Keeps a worker busy for a quarter of a second or more, so that what happens meanwhile surely finds it at work.
const LONG_WORK_BYTES = 256 * 1024;
const MOST_LONG_CALLS = 50;

/** Gives one worker long work: a large file at once, or a small one many times. */
export function squeezeAt(
  worker: Pick<PoolMethods<FileAnalyst>, "squeeze"> | undefined,
  file: SourceFile,
): Promise<number>[] {
  if (worker === undefined) return [];
  const count = Math.min(MOST_LONG_CALLS, Math.ceil(LONG_WORK_BYTES / Math.max(1, file.bytes)));
  return Array.from({ length: count }, () => worker.squeeze(file.name));
}
