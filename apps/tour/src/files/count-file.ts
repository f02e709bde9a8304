import { createHash } from "node:crypto";
import type { FileReport } from "./file-report.ts";
import { countIdentifiers, mostFrequent } from "./identifiers.ts";
import { countLines, countWords } from "./words.ts";

/** What is in a file, but for how far it can be compressed. */
export type FileCounts = Omit<FileReport, "gzipBytes">;

/** How many of the most frequent names of a file are kept. */
export const FREQUENT_LIMIT = 16;

/** Parses a source file and counts what is in it. */
export function countFile(name: string, content: Uint8Array): FileCounts {
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("utf8");
  const names = countIdentifiers(text);
  return {
    name,
    bytes: content.byteLength,
    sha256: createHash("sha256").update(content).digest("hex"),
    lines: countLines(text),
    words: countWords(text),
    identifiers: names.size,
    frequent: mostFrequent(names, FREQUENT_LIMIT),
  };
}
