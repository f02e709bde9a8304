import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import type { ClassLocator } from "../../src/protocol/frame.ts";
import { ExportedErrors } from "../../src/worker/exported-errors.ts";

const folder = mkdtempSync(join(tmpdir(), "concurry-exported-errors-"));
afterAll(() => rmSync(folder, { recursive: true }));
const require = createRequire(import.meta.url);

/** A module that exports these classes, and how a host is told of it. */
function moduleOf(name: string, ...classes: readonly string[]): { exports: object; locator: ClassLocator } {
  const file = join(folder, name);
  writeFileSync(file, classes.map((each) => `exports.${each} = class ${each} extends Error {};`).join("\n"));
  const exports = require(file) as object;
  const candidates = [{ url: pathToFileURL(file).href, via: "inspector" as const }];
  return { exports, locator: { className: "f", candidates, hints: {} } };
}

test("a class is known by its name where one of the modules exports it", () => {
  const left = moduleOf("left.cjs", "LeftError", "BothError");
  const right = moduleOf("right.cjs", "RightError", "BothError");
  const errors = new ExportedErrors();
  expect(errors.named("LeftError")).toBeUndefined();
  for (const { locator } of [left, right, left]) errors.watch(locator);
  expect(errors.named("LeftError")).toBe(Reflect.get(left.exports, "LeftError"));
  expect(errors.named("RightError")).toBe(Reflect.get(right.exports, "RightError"));
});

test("where modules export different classes of one name, it is none of them", () => {
  const errors = new ExportedErrors();
  for (const name of ["one.cjs", "other.cjs"]) errors.watch(moduleOf(name, "SameError").locator);
  expect(errors.named("SameError")).toBeUndefined();
  expect(errors.named("UnknownError")).toBeUndefined();
});
