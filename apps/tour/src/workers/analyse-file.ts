import { availableParallelism } from "node:os";
import { type Task, task } from "concurry";
import type { FileReport } from "../files/file-report.ts";
import { FileAnalyst } from "./file-analyst.ts";

/** Where a file is. */
export interface FilePlace {
  /** Folder that the name starts at. */
  readonly root: string;
  readonly name: string;
}

const MOST_WORKERS = 8;

/** All that there is to say about one file: a plain function. */
export function analyseFile({ root, name }: FilePlace): FileReport {
  return new FileAnalyst(root).analyse(name);
}

/** The same about a file below a folder that is given once. */
export function analyseBelow(name: string, root: string): FileReport {
  return analyseFile({ root, name });
}

/** The same function with threads of its own, which start at its first call. */
export const analyse: Task<[place: FilePlace], FileReport> = task(analyseFile, {
  mode: "thread",
  maxWorkers: Math.min(MOST_WORKERS, availableParallelism()),
});
