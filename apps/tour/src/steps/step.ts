import type { Context } from "../context.ts";

/** One part of the tour. */
export interface Step {
  /** The word that runs it alone. */
  readonly name: string;
  /** What it shows, in one line. */
  readonly title: string;
  /**
   * Runs it; what it prints is all that it leaves.
   *
   * @throws {CheckError} When a result is not the expected one.
   */
  run(context: Context): Promise<void>;
}
