import { afterAll, beforeAll, describe } from "vitest";
import { type Installation, install } from "./install.ts";
import { type Row, testRows } from "./rows.ts";

let installed: Installation;
beforeAll(async () => {
  installed = await install("modules");
});
afterAll(() => installed.remove());

const nothing = { inspector: "0", binder: "0", heap: "0", probe: "0", respawns: "0" };
const inModule = (file: string): Pick<Row, "program" | "more"> => ({
  program: "uses.js",
  more: async () => [`./${file}`],
});

const exported: readonly Row[] = [
  { name: "a named export", ...inModule("named.js"), via: ["export"], facts: nothing },
  { name: "a default export", ...inModule("default.js"), via: ["export"], facts: nothing },
  { name: "an anonymous default export", ...inModule("anonymous.js"), via: ["export"], facts: nothing },
  { name: "an export under another name", ...inModule("renamed.js"), via: ["export"], facts: nothing },
  { name: "module.exports = class", ...inModule("whole.cjs"), via: ["export"], facts: nothing },
  { name: "module.exports = { class }", ...inModule("property.cjs"), via: ["export"], facts: nothing },
];

const hidden: readonly Row[] = [
  { name: "a pool made at the top level of another module", program: "uses-functions.js", via: ["touched"] },
  { name: "a class handed out by a function", ...inModule("hands-out.js"), via: ["bound"] },
  {
    name: "a class handed out by a function of a strict CommonJS module",
    ...inModule("hands-out.cjs"),
    via: ["bound"],
  },
];

const inspected = { inspector: "1", heap: "0", respawns: "0" };
const indirect: readonly Row[] = [
  { name: "a subclass of a subclass", ...inModule("subclass.js"), via: ["export"], facts: inspected },
  {
    name: "a subclass of another module's class, not exported",
    ...inModule("subclass-elsewhere.js"),
    via: ["bound"],
    facts: inspected,
    output: "result: 13",
  },
  { name: "a subclass of a mixin", ...inModule("mixed.js"), via: ["export"], facts: inspected },
  {
    name: "a class wrapped by another module's decorator",
    ...inModule("decorated.js"),
    via: ["export"],
    facts: inspected,
  },
];

const nested: readonly Row[] = [
  {
    name: "a pool at module level that another worker's method uses",
    program: "outer.js",
    via: ["export", "touched", "export"],
  },
  ...["process thread", "thread process", "thread thread", "process process"].map(
    (modes): Row => ({
      name: `pools three levels deep, below it ${modes}`,
      program: "three-deep.js",
      more: async () => modes.split(" "),
      via: ["export", "export", "export"],
      isMixed: true,
    }),
  ),
];

const dying: readonly Row[] = [
  {
    name: "an error that nobody catches in a method's own timer or promise still ends the worker",
    program: "fails.js",
    via: ["export", "export"],
    output: "WorkerCrashedError 1 Error: failed in a timer\nWorkerCrashedError 1 Error: rejected unheard",
    // A process says on stderr what it dies of; for a thread Node tells its parent.
    errors: /^$|Error: failed in a timer\n[\s\S]*Error: rejected unheard\n/,
  },
];

const folder = (): string => installed.folder;
describe("a class in its own module: exported", () => testRows(folder, exported));
describe("a class in its own module: not exported", () => testRows(folder, hidden));
describe("subclasses of subclasses", () => testRows(folder, indirect));
describe("pools in workers", () => testRows(folder, nested));
describe("code that is not start-up code", () => testRows(folder, dying));
