import { setImmediate as turn } from "node:timers/promises";
import type { Future, PoolMethods } from "concurry";
import type { SourceFile } from "../files/source-file.ts";
import type { FileAnalyst } from "../workers/file-analyst.ts";

// Keeps a worker busy for a quarter of a second or more, so that what happens meanwhile surely finds it at work.
const LONG_WORK_BYTES = 256 * 1024;
const MOST_LONG_CALLS = 50;

/** Gives one worker long work: a large file at once, or a small one many times. */
export function squeezeAt(
  worker: Pick<PoolMethods<FileAnalyst>, "squeeze"> | undefined,
  file: SourceFile,
): Future<number>[] {
  if (worker === undefined) return [];
  const count = Math.min(MOST_LONG_CALLS, Math.ceil(LONG_WORK_BYTES / Math.max(1, file.bytes)));
  return Array.from({ length: count }, () => worker.squeeze(file.name));
}

/** Waits until the worker begins one of the calls that wait for it: for a while it is surely at that. */
export async function begun(calls: readonly Future<unknown>[]): Promise<void> {
  const waiting = calls.filter(({ status }) => status === "queued");
  while (waiting.length > 0 && waiting.every(({ status }) => status === "queued")) await turn();
}
