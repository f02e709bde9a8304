import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runProgram } from "./discovery/run-program.ts";
import { type Consumer, createConsumer } from "./package-consumer.ts";

const tally = `class Tally extends Worker {
  #total;
  constructor(start) {
    super();
    this.#total = start;
  }
  add(amount) {
    this.#total += amount;
    return this.#total;
  }
  place() {
    return [process.pid, threadId];
  }
}
`;

const main = `async function main() {
  for (const mode of ["sync", "async", "thread", "process"]) {
    const pool = Tally.options({ mode }).init(10);
    await pool.add(1);
    const [pid, thread] = await pool.place();
    const place = pid !== process.pid ? "another process" : thread !== threadId ? "another thread" : "here";
    console.log(mode, await pool.add(2), place);
    await pool.stop();
  }
}
`;

const esModule = `import { threadId } from "node:worker_threads";
import { Worker } from "concurry";
${tally}${main}await main();
`;

const commonJs = `const { threadId } = require("node:worker_threads");
const { Tally } = require("./tally.cjs");
${main}main();
`;

const commonJsClass = `const { threadId } = require("node:worker_threads");
const { Worker } = require("concurry");
${tally}module.exports = { Tally };
`;

// Nothing here has installed Bottleneck.
const withoutBottleneck = `import { bottleneckLimit } from "concurry/bottleneck";
const limiter = await import("bottleneck").catch((error) => console.log(error.code));
try {
  bottleneckLimit(limiter);
} catch (error) {
  console.log(error.message);
}
`;

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const readmeExamples = [...readme.matchAll(/^```js\n(.*?)^```$/gms)].map(([, example]) => example ?? "");

let consumer: Consumer;
beforeAll(async () => {
  const examples = readmeExamples.map((example, index) => [`example-${index}.js`, example] as const);
  const programs = {
    "program.js": esModule,
    "program.cjs": commonJs,
    "tally.cjs": commonJsClass,
    "without-bottleneck.js": withoutBottleneck,
  };
  consumer = await createConsumer({ ...programs, ...Object.fromEntries(examples) });
});
afterAll(() => consumer.remove());

test.each([
  { kind: "an ES module with its class in the main script", program: "program.js" },
  { kind: "a CommonJS script with its class in another file", program: "program.cjs" },
])("$kind runs the installed package in every mode", async ({ program }) => {
  const run = await runProgram(consumer.folder, [program], { isDebugged: false });

  expect(run.output.split("\n")).toEqual([
    "sync 13 here",
    "async 13 here",
    "thread 13 another thread",
    "process 13 another process",
  ]);
  expect(run).toMatchObject({ errors: "", code: 0, leftBehind: [] });
});

test("without Bottleneck, concurry/bottleneck tells how to install it", async () => {
  const run = await runProgram(consumer.folder, ["without-bottleneck.js"], { isDebugged: false });

  expect(run.output.split("\n")).toEqual([
    "ERR_MODULE_NOT_FOUND",
    'limiter must be a Bottleneck or Bottleneck.Group of version 2 (npm install "bottleneck@^2.19.5"), got undefined',
  ]);
  expect(run).toMatchObject({ errors: "", code: 0, leftBehind: [] });
});

test("every example of the package's README runs and prints what its comments say", async () => {
  expect(readmeExamples.length).toBeGreaterThan(0);
  for (const [index, example] of readmeExamples.entries()) {
    const run = await runProgram(consumer.folder, [`example-${index}.js`], { isDebugged: false });

    expect(run).toMatchObject({ errors: "", code: 0, leftBehind: [] });
    expect(run.output.split("\n")).toEqual(
      [...example.matchAll(/\/\/ prints (.*)$/gm)].map(([, line]) => line),
    );
  }
});

test("the tarball holds what runs, its types, README and license, and nothing else", () => {
  const declarations = /^dist\/([a-z0-9-]+\/)*[a-z0-9-]+\.d\.ts$/;

  expect(consumer.packed.filter((path) => !declarations.test(path)).sort()).toEqual([
    "LICENSE",
    "README.md",
    "dist/bottleneck.js",
    "dist/bundle-shared.js",
    "dist/bundle.js",
    "dist/concurry.cjs",
    "dist/host-bundle.cjs",
    "dist/host.cjs",
    "dist/index.js",
    "dist/internal-bundle.js",
    "dist/internal.js",
    "dist/load.cjs",
    "package.json",
    "probe.mts",
  ]);
  expect(consumer.packed).toEqual(expect.arrayContaining(["dist/index.d.ts", "dist/host-entry.d.ts"]));
  expect(consumer.packed.filter((path) => /test/.test(path))).toEqual([]);
});
