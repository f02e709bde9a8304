import { FileAnalyst } from "./file-analyst.ts";

/** The exit code of a process that leaves by itself. */
export const LEFT_CODE = 3;

/** Does the work of a {@link FileAnalyst}, until it leaves or falls ill. */
export class FrailAnalyst extends FileAnalyst {
  #isWell = true;

  /** Ends the process, in the middle of the call. */
  leave(): void {
    process.exit(LEFT_CODE);
  }

  fallIll(): void {
    this.#isWell = false;
  }

  healthCheck(): boolean {
    return this.#isWell;
  }
}
