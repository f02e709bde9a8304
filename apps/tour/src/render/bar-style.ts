import type { ProgressBarOptions } from "concurry";

/** How bars are shown: in the tour's plain lines, which are for files and pipes, they would only be in the way. */
export function barStyle(): NonNullable<ProgressBarOptions["style"]> {
  return process.stderr.isTTY ? "auto" : "silent";
}
