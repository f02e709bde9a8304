import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, beforeAll, describe } from "vitest";
import { type Installation, install } from "./install.ts";
import { type Row, testRows } from "./rows.ts";

let installed: Installation;
beforeAll(async () => {
  installed = await install("main");
});
afterAll(() => installed.remove());

async function freePort(): Promise<string> {
  const server = createServer().listen(0);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return String(port);
}

const touched = { via: ["touched"], facts: { inspector: "0", heap: "0", probe: "0", respawns: "0" } };
const bound = { via: ["bound"], facts: { inspector: "0", heap: "0", probe: "0", respawns: "0" } };
const portTaken =
  /^\(node:\d+\) Warning: Start-up code of \S+ failed inside a worker and was ignored: listen EADDRINUSE: address already in use :::\d+\.\n\(Use .*\)$/;

const started: readonly Row[] = [
  { name: "a call awaited at top level", program: "await.js", ...touched },
  { name: "a hundred calls awaited in a loop", program: "loop.js", ...touched, output: "result: 100" },
  { name: "an ES module that doesn't await its call", program: "unawaited.js", ...touched },
  { name: "a CommonJS script", program: "unawaited.cjs", ...touched },
  { name: "main().catch(exit) in an ES module", program: "main-catch.js", ...touched },
  { name: "main().catch(exit) in a CommonJS script", program: "main-catch.cjs", ...touched },
  { name: "main() that exits at its end", program: "main-exit.js", ...touched },
  { name: "setInterval that calls the pool", program: "interval.js", ...touched },
  { name: "a timer that exits later", program: "later-exit.js", ...touched, exitCode: 3 },
  {
    name: "a server that listens at top level, with two workers",
    program: "http.js",
    via: ["touched", "touched"],
    errors: portTaken,
    more: async () => [await freePort()],
  },
  {
    name: "a wait for a server that can't listen in a worker",
    program: "listen-await.js",
    via: ["bound"],
    errors: portTaken,
    more: async () => [await freePort()],
  },
  {
    name: "start-up code that fails later, and is not taken for what the worker dies of",
    program: "fails-later.js",
    via: ["touched"],
    output: "result: 3\nWorkerCrashedError 7 undefined",
    errors:
      /^\(node:\d+\) Warning: Start-up code of \S+fails-later.js failed inside a worker and was ignored: (?:rejected|failed) at start-up\.\n\(Use .*\)$/,
  },
  {
    name: "start-up code that prints",
    program: "prints.js",
    via: [],
    isPlain: true,
    output: "starting\nresult: 3",
    errors: "warming up",
  },
];

const guarded: readonly Row[] = [
  { name: "process.argv[1] as a guard", program: "guard-argv.js", ...bound },
  { name: "import.meta.main as a guard", program: "guard-meta-main.js", ...bound, nodes: [24, 26] },
  { name: "Worker.isHost as a guard in an ES module", program: "guard-is-host.js", ...bound },
  { name: "Worker.isHost as a guard in CommonJS", program: "guard-is-host.cjs", ...bound },
  { name: "require.main as a guard", program: "guard-require.cjs", ...bound },
];

const misread: readonly Row[] = [
  { name: "a text that seems to export the class", program: "misleading.cjs", via: ["none", "bound"] },
];

const several: readonly Row[] = [
  {
    name: "two classes of one name",
    program: "two-of-a-name.js",
    via: ["touched", "touched"],
    output: "result: first second",
  },
  {
    name: "two exported classes, one call awaited after the other",
    program: "one-after-the-other.js",
    via: ["touched", "heap"],
    output: "result: 6",
  },
  {
    name: "another module's call that nobody awaits",
    program: "foreign-call.js",
    via: ["export", "bound"],
    facts: { heap: "0" },
  },
];

const advice =
  'The file runs once in every worker; move "Adder" to its own module, or guard start-up code with "if (!Worker.isHost)".';
const failing: readonly Row[] = [
  {
    name: "a constant below an awaited call, which a method needs",
    program: "below-await.js",
    via: ["touched"],
    output:
      "result: pong\nReferenceError: Cannot access 'CONF' before initialization. \"CONF\" is initialised after a " +
      "top-level await on a worker call; in workers that await never finishes. Move it above, or wrap start-up in main().",
  },
  {
    name: "start-up code that throws only in a worker",
    program: "throws-in-host.js",
    via: ["none"],
    output: `WORKER_START load %folder/throws-in-host.js threw while a %mode worker was loading it: no database here. ${advice}\ncause: no database here true`,
  },
  {
    name: "a module that never comes to an end",
    program: "never-loads.js",
    via: ["none"],
    output: `WORKER_START load %folder/never-loads.js was still loading in a %mode worker after 2 s. ${advice}`,
  },
  {
    name: "a class inside a function that does not run at load",
    program: "in-function.js",
    via: ["none"],
    output:
      'WORKER_NOT_FOUND notFound Worker class "Hidden" was not found in %folder/in-function.js:4 when a worker loaded it. ' +
      'Export it ("export class Hidden"), or define it at the top level of its module. ' +
      "Classes created inside functions cannot be rebuilt in another thread.",
  },
  {
    name: "a class of the same name at the top level is not taken for one inside a function",
    program: "same-name-in-function.js",
    via: ["none", "none"],
    output: "notFound",
  },
];

const folder = (): string => installed.folder;
describe("the main script: how it starts", () => testRows(folder, started));
describe("the main script: guards", () => testRows(folder, guarded));
describe("the main script: misread", () => testRows(folder, misread));
describe("the main script: several pools", () => testRows(folder, several));
describe("the main script: what can't work says so", () => testRows(folder, failing));
