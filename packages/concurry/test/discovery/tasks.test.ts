import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Installation, install, runTool } from "./install.ts";
import { MODES, type Row, testRows } from "./rows.ts";
import { runProgram } from "./run-program.ts";

let installed: Installation;
beforeAll(async () => {
  installed = await install("tasks", ["tsx", "vitest"]);
  const common = ["--bundle", "--platform=node", "--target=node20", "--log-level=warning"];
  for (const [output, entry, ...flags] of bundles)
    await runTool(installed.folder, "esbuild", [entry as string, ...common, ...flags, `--outfile=${output}`]);
});
afterAll(() => installed.remove());

const external = ["--packages=external", "--format=esm"];
const bundles: readonly (readonly [string, ...string[]])[] = [
  ["bundles/external.mjs", "guarded.js", ...external],
  ["bundles/minified.mjs", "pool-main.js", ...external, "--minify"],
  ["bundles/inside.cjs", "guarded.js", "--format=cjs"],
];

const cheap = { inspector: "0", binder: "0", heap: "0", probe: "0", respawns: "0" };
const touched = { via: ["touched"], facts: cheap };

const tasks: readonly Row[] = [
  { name: "a task that its module exports", program: "uses-exported.js", ...touched },
  { name: "a task of the main script, with a call awaited at top level", program: "main.js", ...touched },
  { name: "a task of a guarded main script", program: "guarded.js", ...touched },
  { name: "a task of a CommonJS script", program: "main.cjs", ...touched },
  { name: "a task that nobody stops lets the program end", program: "idle.js", ...touched },
  {
    name: "several tasks made at one place, or in one line",
    program: "several.js",
    via: ["touched", "touched", "touched", "touched"],
    output: "result: 20 30 11 9",
  },
  {
    name: "a task that calls itself does so in its worker",
    program: "recursive.js",
    ...touched,
    output: "result: 55",
  },
  {
    name: "a task that a worker's method uses has its workers inside that worker",
    program: "nested.js",
    via: ["bound", "touched"],
  },
  {
    name: "a task made in a function is not found, nor taken for another one",
    program: "in-function.js",
    via: ["none"],
    output:
      'WORKER_NOT_FOUND task Function "scale" was not found in %folder/in-function.js:6 when a worker loaded it. ' +
      "Call task() at the top level of its module, before any top-level await of a call; " +
      "a closure cannot be rebuilt in another thread.",
  },
];

const found = { facts: { heap: "0", probe: "0", respawns: "0" } };
const fix = (name: string): string =>
  `Export it from its module, or wrap it as task(${name}) at module level, before any top-level await of a call; ` +
  "a closure cannot be rebuilt in another thread.";
const native = (name: string): string =>
  `WORKER_NOT_FOUND task Function "${name}" is bound, or one of the engine: its code can't be found in another thread. ` +
  "Call it in a function of your own, and export that from its module or wrap it as task(…) at module level.";

const pools: readonly Row[] = [
  {
    name: "functions that their module exports, and a task",
    program: "pool.js",
    via: ["export", "export", "touched"],
    output: "result: 3 12 3",
    ...found,
  },
  {
    name: "a function that the main script exports, whose evaluation never ends in a worker",
    program: "pool-main.js",
    via: ["touched", "export"],
    output: "result: 12 3",
    ...found,
  },
  { name: "a function that a CommonJS script exports", program: "pool-main.cjs", via: ["export"], ...found },
  {
    name: "a property of the function that CommonJS exports",
    program: "uses-property.js",
    via: ["export"],
    ...found,
  },
  {
    name: "CommonJS that requires a module with a top-level await is evaluated once, and fails with its own error",
    program: "uses-requires-late.js",
    via: ["none"],
    output: "WORKER_START load ERR_REQUIRE_ASYNC_MODULE\nx",
    ...found,
  },
  {
    name: "an error class that the module of the function exports",
    program: "errors.js",
    via: ["export", "touched"],
    output: "result: true false",
    ...found,
  },
  {
    name: "closures are refused, with the reason",
    program: "closures.js",
    via: ["none", "none", "export"],
    output: [
      `WORKER_NOT_FOUND task Function "hidden" was not found among the exports of %folder/closures.js:5 when a worker loaded it. ${fix("hidden")}`,
      `WORKER_NOT_FOUND task Function "half" was not found among the exports of %folder/closures.js:9 when a worker loaded it. ${fix("half")}`,
      native("bound half"),
      native("max"),
      "result: 3",
    ].join("\n"),
  },
];

const quiet = ["--disable-warning=ExperimentalWarning"];
const both = { via: ["touched", "export"], output: "result: 3 3" };
const typed: readonly Row[] = [
  { name: "by node --import tsx", program: "typed.ts", flags: ["--import", "tsx"], ...both },
  {
    name: "by the command line of tsx",
    program: "typed.ts",
    flags: ["node_modules/tsx/dist/cli.mjs"],
    ...both,
  },
  { name: "by Node itself", program: "typed.ts", flags: quiet, nodes: [22, 24, 26], ...both },
  {
    name: "as CommonJS by tsx",
    program: "typed.cts",
    flags: ["--import", "tsx"],
    nodes: [22, 24, 26],
    via: ["touched"],
  },
];

const bundled: readonly Row[] = [
  { name: "with the framework outside", program: "bundles/external.mjs", via: ["touched"] },
  {
    name: "minified, with a pool",
    program: "bundles/minified.mjs",
    via: ["touched", "export"],
    output: "result: 12 3",
  },
  { name: "with the framework inside", program: "bundles/inside.cjs", via: ["touched"] },
];

const folder = (): string => installed.folder;
describe("tasks", () => testRows(folder, tasks));
describe("functions of a pool", () => testRows(folder, pools));
describe("functions in TypeScript", () => testRows(folder, typed));
describe("functions in bundles", () => testRows(folder, bundled));

test.each(["forks", "threads"].flatMap((runner) => MODES.map((mode) => [runner, mode] as const)))(
  "functions of a fixture module are found inside vitest, in %s, in a %s",
  async (runner, mode) => {
    const given = ["node_modules/vitest/vitest.mjs", "run", `--pool=${runner}`, "--maxWorkers=1"];
    const run = await runProgram(folder(), given, { environment: { POOL_MODE: mode } });
    expect({ code: run.code, output: run.output }).toEqual({
      code: 0,
      output: expect.stringContaining("1 passed"),
    });
    expect(run.hosts.map(({ via }) => via)).toEqual(["export", "touched"]);
    expect(run.leftBehind).toEqual([]);
  },
);
