import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { constants, gzipSync, type ZlibOptions } from "node:zlib";
import { countFile, type FileCounts } from "../files/count-file.ts";
import type { FileReport } from "../files/file-report.ts";

/** A file that has been read. */
export interface LoadedFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** A file of which it is known what is in it. */
export interface CountedFile {
  readonly counts: FileCounts;
  readonly content: Uint8Array;
}

/** A file as it goes into the archive. */
export interface PackedFile {
  readonly report: FileReport;
  readonly packed: Uint8Array;
}

// Which of them makes a file shortest, nobody knows before.
const HARDER_WAYS: readonly ZlibOptions[] = [
  { level: 9 },
  { level: 9, memLevel: 9 },
  { level: 9, strategy: constants.Z_FILTERED },
];

// Files with fewer lines only hand on what others export: there is nothing in them to keep.
const SHORTEST_LINES = 10;

/** Reads a file; waits for the disk. */
export async function load(root: string, name: string): Promise<LoadedFile> {
  return { name, content: await readFile(join(root, name)) };
}

/** Parses a file: computing, and many small objects. Runs in processes. */
export function count({ name, content }: LoadedFile): CountedFile {
  return { counts: countFile(name, content), content };
}

/** Whether a file is worth a place in the archive. */
export function isLongEnough({ counts }: CountedFile): boolean {
  return counts.lines >= SHORTEST_LINES;
}

/** Compresses a file in several ways and keeps the shortest: computing, in code that holds no objects. Runs in threads. */
export function pack({ counts, content }: CountedFile): PackedFile {
  const usual = gzipSync(content);
  const all = [usual, ...HARDER_WAYS.map((way) => gzipSync(content, way))];
  const packed = all.reduce((best, other) => (other.byteLength < best.byteLength ? other : best));
  return { report: { ...counts, gzipBytes: usual.byteLength }, packed };
}
