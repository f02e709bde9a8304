import type { FileReport } from "./file-report.ts";
import { mostFrequent, type NameCount } from "./identifiers.ts";

/** What many reports say together. */
export interface Findings {
  readonly files: number;
  readonly bytes: number;
  readonly gzipBytes: number;
  readonly lines: number;
  readonly words: number;
  readonly largest: FileReport | undefined;
  /** Sums of what each file's list of frequent names holds. */
  readonly frequent: readonly NameCount[];
  /** Groups of files with the same content, those that waste most bytes first. */
  readonly duplicates: readonly (readonly FileReport[])[];
  /** Bytes that would be saved if each content were kept once. */
  readonly duplicateBytes: number;
}

/** Adds reports up. */
export function summarize(reports: readonly FileReport[], frequentLimit: number): Findings {
  const duplicates = findDuplicates(reports);
  return {
    files: reports.length,
    bytes: sum(reports, (report) => report.bytes),
    gzipBytes: sum(reports, (report) => report.gzipBytes),
    lines: sum(reports, (report) => report.lines),
    words: sum(reports, (report) => report.words),
    largest: reports.reduce<FileReport | undefined>(
      (a, b) => (a === undefined || b.bytes > a.bytes ? b : a),
      undefined,
    ),
    frequent: mostFrequent(addNames(reports), frequentLimit),
    duplicates,
    duplicateBytes: sum(duplicates, wastedBytes),
  };
}

/** Bytes of all copies in a group but one. */
export function wastedBytes(group: readonly FileReport[]): number {
  return (group.length - 1) * (group[0]?.bytes ?? 0);
}

function findDuplicates(reports: readonly FileReport[]): FileReport[][] {
  const groups = new Map<string, FileReport[]>();
  for (const report of reports) {
    const group = groups.get(report.sha256);
    if (group === undefined) groups.set(report.sha256, [report]);
    else group.push(report);
  }
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .sort((a, b) => wastedBytes(b) - wastedBytes(a));
}

function addNames(reports: readonly FileReport[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { frequent } of reports) {
    for (const [name, count] of frequent) counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return counts;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
