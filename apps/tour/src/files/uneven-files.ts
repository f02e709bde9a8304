import type { SourceFile } from "./source-file.ts";

/** Work whose parts take very different times. */
export interface UnevenFiles {
  readonly slow: SourceFile;
  readonly fast: readonly SourceFile[];
}

const SLOW_FILE_BYTES = 256 * 1024;
const FAST_FILE_BYTES = 4 * 1024;
// Half as much work as the slow file: done before it, unless some of it has to wait for it.
const FAST_SHARE = 0.5;

/** Chooses the largest file that is not too large, and small ones that are half as many bytes together. */
export function unevenFiles(files: readonly SourceFile[]): UnevenFiles {
  const bySize = [...files].sort((a, b) => b.bytes - a.bytes);
  const slow = bySize.find((file) => file.bytes <= SLOW_FILE_BYTES) ?? bySize.at(-1);
  if (slow === undefined) throw new RangeError("there must be one file at least");
  const fast: SourceFile[] = [];
  let total = 0;
  for (const file of bySize) {
    if (file === slow || file.bytes > FAST_FILE_BYTES || total >= slow.bytes * FAST_SHARE) continue;
    total += file.bytes;
    fast.push(file);
  }
  return { slow, fast };
}
