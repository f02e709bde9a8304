import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as imported from "concurry";
import { expect, test } from "vitest";
import { add } from "#workers/functions";

const require = createRequire(import.meta.url);

test("import and require give the same names and values", () => {
  const required = require("concurry") as Record<string, unknown>;
  const names = (module: object): string[] => Object.keys(module).filter((name) => name !== "default");

  expect(names(required).sort()).toEqual(names(imported).sort());
  for (const [name, value] of Object.entries(imported)) expect(value).toBe(required[name]);
});

test("concurry/bottleneck is an entry of its own, for import and require", async () => {
  const entry = await import("concurry/bottleneck");

  expect(Object.keys(entry)).toEqual(["bottleneckLimit"]);
  expect((require("concurry/bottleneck") as typeof entry).bottleneckLimit).toBe(entry.bottleneckLimit);
});

test("the host file lies beside the built index", () => {
  expect(existsSync(join(dirname(require.resolve("concurry")), "host.cjs"))).toBe(true);
});

test("package.json is open to tools", () => {
  expect(require("concurry/package.json")).toMatchObject({ name: "concurry", type: "module" });
});

test("modules under test/workers are compiled and reached by #workers", () => {
  expect(add(2, 3)).toBe(5);
});
