import { expect, test } from "vitest";
import { LARGEST_FILE_BYTES, selectFiles } from "../../src/files/select-files.ts";
import type { SourceFile } from "../../src/files/source-file.ts";

const hundred: readonly SourceFile[] = Array.from({ length: 100 }, (_, index) => ({
  name: `folder-${index % 10}/file-${index}.js`,
  bytes: 1000,
}));

test("the same files are chosen whatever the order they were found in", () => {
  expect(selectFiles([...hundred].reverse(), 20_000)).toEqual(selectFiles(hundred, 20_000));
});

test("the chosen files fill the budget and stay within it", () => {
  const chosen = selectFiles(hundred, 20_500);

  expect(chosen).toHaveLength(20);
});

test("a part of the files is a mix of all folders, sorted by name", () => {
  const names = selectFiles(hundred, 50_000).map((file) => file.name);
  const folders = new Set(names.map((name) => name.split("/")[0]));

  expect(folders.size).toBe(10);
  expect(names).toEqual([...names].sort());
});

test("all files are chosen when the budget allows", () => {
  expect(selectFiles(hundred, 1_000_000)).toHaveLength(100);
});

test("very large files are left out", () => {
  const large = { name: "bundle.js", bytes: LARGEST_FILE_BYTES + 1 };

  expect(selectFiles([large, ...hundred], 10_000_000)).not.toContainEqual(large);
});

test("the first file is chosen even if it is larger than the budget", () => {
  expect(selectFiles([{ name: "only.js", bytes: 5000 }], 10)).toEqual([{ name: "only.js", bytes: 5000 }]);
});
