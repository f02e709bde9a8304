import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runTool } from "./discovery/install.ts";
import { runProgram } from "./discovery/run-program.ts";
import { type Consumer, compile, createConsumer } from "./package-consumer.ts";

const imports = `import { threadId } from "node:worker_threads";
import { pipeline, StageReuseError, StageWorker } from "@concurry/pipeline";
import { ConcurryError, RetryError, task, Worker } from "concurry";
import { realm, usedUp } from "concurry/internal";
`;

// Each copy of the framework adds its base class of workers, and has errors of its own.
const stages = `export function square(value) {
  return value * value;
}
const double = task((value) => value * 2);
export function look() {
  const isOne =
    realm().bases.length === 1 &&
    Object.getPrototypeOf(StageWorker) === Worker &&
    Object.getPrototypeOf(StageReuseError) === ConcurryError &&
    usedUp("look", [0]).constructor === RetryError;
  return { copies: isOne ? "one copy" : "several copies", pid: process.pid, threadId };
}
`;

const main = `async function main() {
  const results = await pipeline([1, 2, 3])
    .map(square, { mode: "thread", workers: 2 })
    .map(double, { mode: "process" })
    .ordered()
    .toArray();
  console.log(results.join(" "));
  for (const mode of ["sync", "thread", "process"]) {
    const [{ copies, pid, threadId: thread }] = await pipeline([0]).map(look, { mode }).toArray();
    const place = pid !== process.pid ? "another process" : thread !== threadId ? "another thread" : "here";
    console.log(mode, place, copies);
  }
}
`;

const esModule = `${imports}${stages}${main}if (!Worker.isHost) main();
`;

const commonJs = `const { threadId } = require("node:worker_threads");
const { pipeline, StageReuseError, StageWorker } = require("@concurry/pipeline");
const { ConcurryError, RetryError, task, Worker } = require("concurry");
const { realm, usedUp } = require("concurry/internal");
${stages.replaceAll("export function ", "function ")}${main}module.exports = { square, look };
if (!Worker.isHost) main();
`;

const typed = `import { type Outcome, type Pipeline, pipeline, pl } from "@concurry/pipeline";
import { Worker } from "concurry";

export class Model extends Worker {
  readonly #factor: number;
  constructor(factor: number) {
    super();
    this.#factor = factor;
  }
  predict(value: number): string {
    return \`\${value * this.#factor}\`;
  }
}
export const long = pl.sync.filter((text: string) => text.length > 1);
export const texts = pipeline([1, 20]).map(Model.method("predict", 3), { mode: "thread" }).ordered();
export const outcomes = pipeline(["1", "{"]).map((text) => JSON.parse(text) as unknown, { onError: "yield" });
export const asWritten: [Pipeline<string>, Pipeline<Outcome<unknown>>] = [texts.pipe(long), outcomes];
// @ts-expect-error A stage takes what the one before makes.
texts.map((value: number) => value);

if (!Worker.isHost) {
  const all: readonly string[] = await texts.toArray();
  console.log(all.join(" "), await texts.pipe(long).toArray());
}
`;

const settings = {
  compilerOptions: {
    target: "es2022",
    module: "nodenext",
    lib: ["es2023"],
    types: ["node"],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    declaration: true,
    outDir: "compiled",
  },
  files: ["typed.ts"],
};

const WHAT_IT_PRINTS = [
  "2 8 18",
  "sync here one copy",
  "thread another thread one copy",
  "process another process one copy",
];

let consumer: Consumer;
beforeAll(async () => {
  const programs = {
    "program.js": esModule,
    "program.cjs": commonJs,
    "typed.ts": typed,
    "tsconfig.json": JSON.stringify(settings),
  };
  consumer = await createConsumer(programs, { hasPipelines: true });
});
afterAll(() => consumer.remove());

async function bundle(output: string, ...flags: readonly string[]): Promise<readonly string[]> {
  const common = ["--bundle", "--platform=node", "--target=node20", "--log-level=warning"];
  const files = [`--outfile=${output}`, "--metafile=inputs.json"];
  await runTool(consumer.folder, "esbuild", ["program.js", ...common, ...flags, ...files]);
  const { inputs } = JSON.parse(await readFile(join(consumer.folder, "inputs.json"), "utf8")) as {
    inputs: object;
  };
  const ours = Object.keys(inputs).filter((path) => /node_modules\/(@concurry|concurry)\//.test(path));
  return ours.map((path) => path.replace("node_modules/", "")).sort();
}

async function expectResult(program: string): Promise<void> {
  const run = await runProgram(consumer.folder, [program], { isDebugged: false });

  expect(run).toMatchObject({ errors: "", code: 0, leftBehind: [] });
  expect(run.output.split("\n")).toEqual(WHAT_IT_PRINTS);
}

test.each(["program.js", "program.cjs"])(
  "%s runs stages of the installed packages in every place, with one copy of the framework in each",
  (program) => expectResult(program),
);

test("an installed pipeline compiles under strict rules, with declarations that name its types, and runs", async () => {
  expect(await compile(consumer.folder)).toBe("");
  const declarations = await readFile(join(consumer.folder, "compiled/typed.d.ts"), "utf8");
  expect(declarations).toContain("export declare const texts: Pipeline<string>;");
  expect(declarations).toContain('long: import("@concurry/pipeline").PartialStage<string, string>;');
  const run = await runProgram(consumer.folder, ["compiled/typed.js"], { isDebugged: false });

  expect(run).toMatchObject({ errors: "", code: 0, leftBehind: [] });
  expect(run.output).toBe("3 60 [ '60' ]");
});

test.each([
  ["bundles/inside.cjs", "--format=cjs"],
  ["bundles/inside.mjs", "--format=esm"],
  ["bundles/minified.cjs", "--format=cjs", "--minify"],
])(
  "%s, with both packages inside, runs as the program does, with one copy of the framework",
  async (...given) => {
    const [output, ...flags] = given as [string, ...string[]];
    expect(await bundle(output, ...flags)).toEqual([
      "@concurry/pipeline/dist/index.js",
      "concurry/dist/host-bundle.cjs",
      "concurry/dist/index-bundle.js",
      "concurry/dist/internal-bundle.js",
      "concurry/dist/shared-bundle.js",
    ]);
    await expectResult(output);
  },
);

test("a bundle without the packages runs as the program does", async () => {
  expect(await bundle("bundles/outside.mjs", "--format=esm", "--packages=external")).toEqual([]);
  await expectResult("bundles/outside.mjs");
});

test("the tarball of pipelines holds what runs, its types, README and license, and nothing else", () => {
  const declarations = /^dist\/([a-z0-9-]+\/)*[a-z0-9-]+\.d\.ts$/;

  expect(consumer.packed.filter((path) => !declarations.test(path)).sort()).toEqual([
    "LICENSE",
    "README.md",
    "dist/index.js",
    "package.json",
  ]);
  expect(consumer.packed).toContain("dist/index.d.ts");
});
