import { expect, test } from "vitest";
import {
  type FileReport,
  findDifferences,
  reportsFromText,
  reportsToText,
} from "../../src/files/file-report.ts";
import { report } from "../report.ts";

const both: readonly FileReport[] = [report("a.js"), report("b.js")];

test("equal reports have no differences, whatever their order", () => {
  expect(findDifferences(both, [report("b.js"), report("a.js")])).toEqual([]);
});

test("a field that differs is named with both values", () => {
  expect(findDifferences(both, [report("a.js"), report("b.js", { words: 8 })])).toEqual([
    "b.js: words is 8, expected 7",
  ]);
});

test("a list inside a report is compared to its depth", () => {
  expect(findDifferences(both, [report("a.js"), report("b.js", { frequent: [["x", 4]] })])).toEqual([
    'b.js: frequent is [["x",4]], expected [["x",3]]',
  ]);
});

test("a report that is missing, there twice, or of no known file is named", () => {
  expect(findDifferences(both, [report("a.js"), report("a.js"), report("c.js")])).toEqual([
    "a.js: not expected, or there twice",
    "c.js: not expected, or there twice",
    "b.js: missing",
  ]);
});

test("reports written as text are read back as they were", () => {
  expect(reportsFromText(reportsToText(both))).toEqual(both);
});
