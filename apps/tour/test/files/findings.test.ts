import { expect, test } from "vitest";
import { summarize } from "../../src/files/findings.ts";
import { report } from "../report.ts";

test("sums, the largest file and frequent names are those of all reports", () => {
  const found = summarize(
    [
      report("a.js", {
        bytes: 10,
        gzipBytes: 5,
        sha256: "1",
        frequent: [
          ["left", 3],
          ["right", 1],
        ],
      }),
      report("b.js", { bytes: 30, gzipBytes: 6, sha256: "2", frequent: [["right", 4]] }),
    ],
    1,
  );

  expect(found).toMatchObject({ files: 2, bytes: 40, gzipBytes: 11, lines: 4, words: 14 });
  expect(found.largest?.name).toBe("b.js");
  expect(found.frequent).toEqual([["right", 5]]);
  expect(found.duplicates).toEqual([]);
});

test("files of the same content are one group, the one that wastes most first", () => {
  const found = summarize(
    [
      report("small-1", { bytes: 10, sha256: "s" }),
      report("large-1", { bytes: 90, sha256: "l" }),
      report("small-2", { bytes: 10, sha256: "s" }),
      report("large-2", { bytes: 90, sha256: "l" }),
      report("small-3", { bytes: 10, sha256: "s" }),
      report("lone", { bytes: 50, sha256: "x" }),
    ],
    1,
  );

  expect(found.duplicates.map((group) => group.map((file) => file.name))).toEqual([
    ["large-1", "large-2"],
    ["small-1", "small-2", "small-3"],
  ]);
  expect(found.duplicateBytes).toBe(90 + 2 * 10);
});

test("no reports are no finding", () => {
  expect(summarize([], 3)).toMatchObject({
    files: 0,
    bytes: 0,
    largest: undefined,
    frequent: [],
    duplicates: [],
  });
});
