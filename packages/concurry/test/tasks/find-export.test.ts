import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { isExported, lookForExport } from "../../src/tasks/find-export.ts";
import { task } from "../../src/tasks/task.ts";

const folder = mkdtempSync(join(tmpdir(), "concurry-find-export-"));
afterAll(() => rmSync(folder, { recursive: true }));
const require = createRequire(import.meta.url);

/** Loads a CommonJS module of this text. */
function moduleOf<Exports>(name: string, text: string): Exports {
  const file = join(folder, name);
  writeFileSync(file, text);
  return require(file) as Exports;
}

type Run = (value: number) => number;

test("what a whole module exports under any name is found, and what it keeps is not", () => {
  const { same, other, kept } = moduleOf<{ same: Run; other: Run; kept: () => Run }>(
    "whole.cjs",
    "function same(value) { return value; }\nfunction renamed(value) { return -value; }\n" +
      "function hidden(value) { return 2 * value; }\n" +
      "module.exports = { same, other: renamed, kept: () => hidden };\n",
  );
  expect([isExported(same), isExported(other), isExported(kept())]).toEqual([true, true, false]);
  const whole = moduleOf<Run>("function.cjs", "module.exports = function single(value) { return value; };\n");
  expect(isExported(whole)).toBe(true);
  const { double } = moduleOf<{ double: Run }>(
    "with-property.cjs",
    "module.exports = () => {};\nmodule.exports.double = function double(value) { return 2 * value; };\n",
  );
  expect(isExported(double)).toBe(true);
});

/** What is told of a function that a module hands out while it is evaluated. */
function seenIn(name: string, text: string): boolean | undefined {
  const globals = globalThis as { seen?: (run: Run) => void };
  const seen: (boolean | undefined)[] = [];
  globals.seen = (run) => seen.push(isExported(run));
  moduleOf(name, text);
  delete globals.seen;
  expect(seen).toHaveLength(1);
  return seen[0];
}

test("a module that is still being evaluated may yet export what it has not", () => {
  const late = "function late(value) { return value; }\nglobalThis.seen(late);\n";
  expect(seenIn("late.cjs", `${late}exports.late = late;\n`)).toBeUndefined();
});

test("a function of a module that has no word of exports is a closure, whatever its name", () => {
  const quiet = "function quiet(value) { return value; }\nglobalThis.seen(quiet);\n";
  expect(seenIn("quiet.cjs", quiet)).toBe(false);
});

test("of a task only a worker can tell", () => {
  const doubled = task((value: number) => 2 * value);
  expect([isExported(doubled), lookForExport(doubled)]).toEqual([undefined, undefined]);
});
