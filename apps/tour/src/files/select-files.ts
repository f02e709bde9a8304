import { createHash } from "node:crypto";
import { compareText } from "./compare-text.ts";
import type { SourceFile } from "./source-file.ts";

/** Larger files are left out: one of them would be a big part of a whole run. */
export const LARGEST_FILE_BYTES: number = 512 * 1024;

/**
 * Chooses files until `budgetBytes` are reached, always the same ones for the same names and sizes.
 *
 * The choice is by a hash of the name, so that it is a fair mix of all folders; the result is sorted by name.
 *
 * @param budgetBytes Total size at most; the first file is always taken.
 */
export function selectFiles(found: readonly SourceFile[], budgetBytes: number): SourceFile[] {
  const candidates = found
    .filter((file) => file.bytes <= LARGEST_FILE_BYTES)
    .map((file) => ({ file, rank: createHash("sha256").update(file.name).digest("hex") }))
    .sort((a, b) => compareText(a.rank, b.rank));
  const chosen: SourceFile[] = [];
  let total = 0;
  for (const { file } of candidates) {
    if (chosen.length > 0 && total + file.bytes > budgetBytes) break;
    total += file.bytes;
    chosen.push(file);
  }
  return chosen.sort((a, b) => compareText(a.name, b.name));
}
