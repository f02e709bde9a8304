import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { OwnFigure } from "../own/own-figure.ts";
import type { BenchOptions } from "../run/options.ts";
import type { Row } from "../run/row.ts";
import type { Machine } from "./surroundings.ts";

const DEFAULT_FOLDER = fileURLToPath(new URL("../../results/", import.meta.url));

/** Everything that one run gave: enough to compute all figures anew. */
export interface BenchResults {
  readonly date: string;
  readonly commit: string;
  /** `process.version` of the hosts. */
  readonly node: string;
  readonly machine: Machine;
  readonly loadAtEnd: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly options: BenchOptions;
  readonly durationMs: number;
  readonly rows: readonly Row[];
  /** Figures of workloads without peers. */
  readonly own: readonly OwnFigure[];
}

/** Writes the results as JSON. Returns the path of the file. */
export async function writeResults(results: BenchResults, folder: string = DEFAULT_FOLDER): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${results.date.replaceAll(":", "-")}-${results.commit}.json`);
  await writeFile(path, `${JSON.stringify(results, undefined, 2)}\n`);
  return path;
}
