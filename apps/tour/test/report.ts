import type { FileReport } from "../src/files/file-report.ts";

/** A report for tests; `fields` stand in place of its own. */
export function report(name: string, fields: Partial<FileReport> = {}): FileReport {
  return {
    name,
    bytes: 100,
    gzipBytes: 60,
    sha256: `hash of ${name}`,
    lines: 2,
    words: 7,
    identifiers: 1,
    frequent: [["x", 3]],
    ...fields,
  };
}
