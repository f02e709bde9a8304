import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { evaluateModule } from "../../src/host/evaluate-module.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "evaluate-module-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, source: string): string {
  const path = join(folder, name);
  writeFileSync(path, source);
  return pathToFileURL(path).href;
}

test("an ES module gives its namespace", async () => {
  const url = written("plain.mjs", "export const answer = 42;");
  expect(await evaluateModule(url, "none")).toMatchObject({ answer: 42 });
});

test("a module with a top-level await is evaluated to its end, once", async () => {
  const source =
    "globalThis.evaluated = (globalThis.evaluated ?? 0) + 1; await 0; export const { evaluated } = globalThis;";
  const url = written("waits.mjs", source);
  expect(await evaluateModule(url, "none")).toMatchObject({ evaluated: 1 });
});

test("CommonJS arrives as the default export and sees no parent", async () => {
  const url = written("common.cjs", "exports.hasParent = module.parent !== undefined;");
  expect(await evaluateModule(url, "none")).toMatchObject({ default: { hasParent: false } });
});

test("what a module throws comes as it is", async () => {
  const url = written("throws.mjs", 'throw new RangeError("too far");');
  await expect(evaluateModule(url, "none")).rejects.toThrow(new RangeError("too far"));
});
