import { isDeepStrictEqual } from "node:util";
import type { NameCount } from "./identifiers.ts";

/** What the analysis of one file found. Plain data. */
export interface FileReport {
  readonly name: string;
  readonly bytes: number;
  readonly gzipBytes: number;
  readonly sha256: string;
  readonly lines: number;
  readonly words: number;
  /** How many different identifiers there are. */
  readonly identifiers: number;
  /** The most frequent of them, with their counts. */
  readonly frequent: readonly NameCount[];
}

/** Writes reports as lines of JSON. */
export function reportsToText(reports: readonly FileReport[]): string {
  return reports.map((report) => `${JSON.stringify(report)}\n`).join("");
}

/** Reads what {@link reportsToText} wrote. */
export function reportsFromText(text: string): FileReport[] {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as FileReport);
}

/** Says in a few sentences how two lists of reports differ, whatever their order; an empty list when they don't. */
export function findDifferences(expected: readonly FileReport[], actual: readonly FileReport[]): string[] {
  const open = new Map(expected.map((report) => [report.name, report]));
  const differences: string[] = [];
  for (const report of actual) {
    const wanted = open.get(report.name);
    if (wanted === undefined) differences.push(`${report.name}: not expected, or there twice`);
    else differences.push(...fieldDifferences(wanted, report));
    open.delete(report.name);
  }
  for (const name of open.keys()) differences.push(`${name}: missing`);
  return differences;
}

function fieldDifferences(expected: FileReport, actual: FileReport): string[] {
  const fields = new Set([...Object.keys(expected), ...Object.keys(actual)]) as Set<keyof FileReport>;
  return [...fields]
    .filter((field) => !isDeepStrictEqual(expected[field], actual[field]))
    .map((field) => `${actual.name}: ${field} is ${show(actual[field])}, expected ${show(expected[field])}`);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
