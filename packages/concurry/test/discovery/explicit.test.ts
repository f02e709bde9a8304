import { afterAll, beforeAll, describe } from "vitest";
import { type Installation, install } from "./install.ts";
import { NODE_MAJOR, type Row, testRows } from "./rows.ts";

let installed: Installation;
beforeAll(async () => {
  installed = await install("explicit");
});
afterAll(() => installed.remove());

// Threads, processes and files are all that a pool itself needs.
const allowed = ["--allow-fs-read=*", "--allow-worker", "--allow-child-process", "--no-warnings"];
const permission = [NODE_MAJOR === 20 ? "--experimental-permission" : "--permission", ...allowed];
const uninspected = { inspector: "0", heap: "0", probe: "0", respawns: "0" };

const rows: readonly Row[] = [
  { name: "static module in an ES module", program: "static-module.js", via: ["export"], facts: uninspected },
  { name: "static module in CommonJS", program: "static-module.cjs", via: ["bound"], facts: uninspected },
  { name: "options({ module })", program: "option.js", via: ["bound"], facts: uninspected },
  {
    name: "a loader of made-up modules, and options({ module })",
    program: "exotic.js",
    flags: ["--no-deprecation", "--import", "./exotic-register.mjs"],
    more: async () => ["named"],
    via: ["export"],
  },
  {
    name: "a loader of made-up modules, with nothing said",
    program: "exotic.js",
    flags: ["--no-deprecation", "--import", "./exotic-register.mjs"],
    via: [],
    output:
      'result: unknownModule Cannot tell which file defines "Adder" (defined in made-up:adder). ' +
      'Move it to a file or add "static module = import.meta.url" (CommonJS: __filename).',
  },
];

const permitted: readonly Row[] = [
  { name: "a direct subclass under --permission", program: "direct.js", flags: permission, via: ["bound"] },
  {
    name: "static module under --permission",
    program: "static-module.js",
    flags: permission,
    via: ["export"],
  },
  { name: "options({ module }) under --permission", program: "option.js", flags: permission, via: ["bound"] },
];

const folder = (): string => installed.folder;
describe("explicit modules", () => testRows(folder, rows));
describe("explicit modules and permissions", () => testRows(folder, permitted));
