import { afterAll, beforeAll, describe } from "vitest";
import { type Installation, install, runTool } from "./install.ts";
import { type Row, testRows } from "./rows.ts";

const external = ["--packages=external", "--format=esm"];
const inside = ["--format=cjs"];
const minify = "--minify";
const keepNames = "--keep-names";

/** Output name, entries and flags of each bundle. */
const bundles: readonly (readonly [string, ...string[]])[] = [
  ["external/plain.mjs", "main.js", ...external],
  ["external/plain-guarded.mjs", "guarded.js", ...external],
  ["external/minified.mjs", "main.js", ...external, minify],
  ["external/minified-guarded.mjs", "guarded.js", ...external, minify],
  ["external/keep-names.mjs", "main.js", ...external, minify, keepNames],
  ["external/keep-names-guarded.mjs", "guarded.js", ...external, minify, keepNames],
  ["inside/plain.cjs", "main.js", ...inside],
  ["inside/plain-guarded.cjs", "guarded.js", ...inside],
  ["inside/minified.cjs", "main.js", ...inside, minify],
  ["inside/minified-guarded.cjs", "guarded.js", ...inside, minify],
  ["inside/module.mjs", "main.js", "--format=esm"],
];

let installed: Installation;
beforeAll(async () => {
  installed = await install("bundles");
  const common = ["--bundle", "--platform=node", "--target=node20", "--log-level=warning"];
  for (const [output, entry, ...flags] of bundles) {
    await runTool(installed.folder, "esbuild", [entry as string, ...common, ...flags, `--outfile=${output}`]);
  }
  const splitting = ["--splitting", "--outdir=split"];
  await runTool(installed.folder, "esbuild", [
    "main.js",
    "guarded.js",
    "other-entry.js",
    ...common,
    ...external,
    ...splitting,
  ]);
});
afterAll(() => installed.remove());

// The second class is one that nothing has used when a worker has loaded the bundle.
const result = { output: "result: 6" };
const rows: readonly Row[] = [
  { name: "plain", program: "external/plain.mjs", via: ["touched", "bound"], ...result },
  { name: "plain, guarded", program: "external/plain-guarded.mjs", via: ["bound", "bound"], ...result },
  { name: "minified", program: "external/minified.mjs", via: ["touched", "bound"], ...result },
  { name: "minified, guarded", program: "external/minified-guarded.mjs", via: ["bound", "bound"], ...result },
  {
    name: "minified with names kept",
    program: "external/keep-names.mjs",
    via: ["touched", "heap"],
    ...result,
  },
  {
    name: "minified with names kept, guarded",
    program: "external/keep-names-guarded.mjs",
    via: ["heap", "heap"],
    ...result,
  },
  { name: "split", program: "split/main.js", via: ["touched", "export"], ...result },
  { name: "split, guarded", program: "split/guarded.js", via: ["bound", "export"], ...result },
];

const whole: readonly Row[] = [
  { name: "plain", program: "inside/plain.cjs", via: ["touched", "heap"], ...result },
  { name: "plain, guarded", program: "inside/plain-guarded.cjs", via: ["heap", "heap"], ...result },
  { name: "minified", program: "inside/minified.cjs", via: ["touched", "heap"], ...result },
  { name: "minified, guarded", program: "inside/minified-guarded.cjs", via: ["heap", "heap"], ...result },
];

const module: readonly Row[] = [
  { name: "plain", program: "inside/module.mjs", via: ["touched", "heap"], ...result },
];

const folder = (): string => installed.folder;
describe("bundles without the framework", () => testRows(folder, rows));
describe("one CommonJS file with the framework inside", () => testRows(folder, whole));
describe("one ES module with the framework inside", () => testRows(folder, module));
