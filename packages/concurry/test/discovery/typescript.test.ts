import { afterAll, beforeAll, describe } from "vitest";
import { type Installation, install, runTool } from "./install.ts";
import { type Row, testRows } from "./rows.ts";

let installed: Installation;
let commonJs: Installation;
beforeAll(async () => {
  [installed, commonJs] = await Promise.all([
    install("typescript", ["tsx"]),
    install("commonjs-typescript", ["tsx"]),
  ]);
  await runTool(installed.folder, "tsc", ["--project", "."]);
});
afterAll(() => Promise.all([installed.remove(), commonJs.remove()]));

const cli = "node_modules/tsx/dist/cli.mjs";
// On Node 20 tsx can't require an ES module.
const withoutTwenty = [22, 24, 26];

/** A program of TypeScript, started by tsx in each of its ways. */
function byTsx(row: Row): Row[] {
  return [
    { ...row, name: `${row.name}, by node --import tsx`, flags: ["--import", "tsx"] },
    { ...row, name: `${row.name}, by the command line of tsx`, flags: [cli] },
  ];
}

const tsx: readonly Row[] = [
  ...byTsx({ name: "a main script", program: "main.ts", via: ["touched"] }),
  ...byTsx({ name: "a guarded main script", program: "guarded.ts", via: ["bound"] }),
  ...byTsx({
    name: "enum, parameter property and .js for .ts",
    program: "uses-transformed.ts",
    via: ["export"],
  }),
  ...byTsx({ name: "a .cts script", program: "script.cts", via: ["touched"], nodes: withoutTwenty }),
  ...byTsx({ name: "a guarded .cts script", program: "guarded.cts", via: ["bound"], nodes: withoutTwenty }),
];

const tsxCommonJs: readonly Row[] = [
  ...byTsx({
    name: "a function of a .ts module of a CommonJS package, imported by an ES module",
    program: "uses-functions.mts",
    via: ["export"],
  }),
  ...byTsx({
    name: "a .ts script of a CommonJS package",
    program: "main.ts",
    via: ["touched"],
    nodes: withoutTwenty,
  }),
  ...byTsx({
    name: "a guarded .ts script of a CommonJS package",
    program: "guarded.ts",
    via: ["bound"],
    nodes: withoutTwenty,
  }),
];

const quiet = ["--disable-warning=ExperimentalWarning"];
const native = { flags: quiet, nodes: withoutTwenty, facts: { loader: "native", probe: "0", respawns: "0" } };
const stripped: readonly Row[] = [
  { name: "a main script", program: "main.ts", via: ["touched"], ...native },
  { name: "a guarded main script", program: "guarded.ts", via: ["bound"], ...native },
  { name: "an exported class of another module", program: "uses.ts", via: ["export"], ...native },
  { name: "a .cts script", program: "script.cts", via: ["touched"], ...native },
  { name: "a guarded .cts script", program: "guarded.cts", via: ["bound"], ...native },
];

const uninherited: readonly Row[] = [
  {
    name: "with a probe, where Node has no type stripping",
    program: "uninherited.ts",
    flags: ["--import", "tsx"],
    via: ["export", "export", "export"],
    facts: { loader: "tsx", probe: "1", respawns: "0" },
    output: "result: 3 0\nagain: 3",
    nodes: [20],
  },
  {
    name: "with one more start of each worker, remembered for later pools",
    program: "uninherited.ts",
    flags: ["--import", "tsx"],
    via: ["none", "none", "export", "export", "export"],
    output: "result: 3 0\nagain: 3",
    nodes: withoutTwenty,
  },
];

const compiled: readonly Row[] = [
  { name: "without source maps", program: "built/compiled.js", via: ["bound"], facts: { loader: "none" } },
  {
    name: "with source maps",
    program: "built/compiled.js",
    flags: ["--enable-source-maps"],
    via: ["bound"],
    facts: { loader: "none" },
  },
];

const folder = (): string => installed.folder;
describe("TypeScript by tsx", () => testRows(folder, tsx));
describe("TypeScript by tsx as CommonJS", () => testRows(() => commonJs.folder, tsxCommonJs));
describe("TypeScript by Node's type stripping", () => testRows(folder, stripped));
describe("TypeScript that a worker does not inherit the loader for", () => testRows(folder, uninherited));
describe("TypeScript compiled by tsc", () => testRows(folder, compiled));
