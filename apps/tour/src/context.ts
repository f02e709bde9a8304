import type { SourceFile } from "./files/source-file.ts";
import type { Interrupt } from "./interrupt.ts";
import type { Screen } from "./render/screen.ts";
import type { Runs } from "./runs.ts";

/** What every step works with. */
export interface Context {
  /** Folder that the names of the files start at. */
  readonly root: string;
  /** The files to work on, by name. */
  readonly files: readonly SourceFile[];
  /** Workers of a pool, where a step has no reason to choose another number. */
  readonly maxWorkers: number;
  /** A folder for files that nobody needs afterwards. */
  readonly temporaryFolder: string;
  readonly screen: Screen;
  readonly interrupt: Interrupt;
  readonly runs: Runs;
}
