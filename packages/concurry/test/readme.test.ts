import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createProject, type Project, workspace } from "./sample-project.ts";
import { anchorsOf, blocksOf, LANGUAGES, linksOf, samplesOf } from "./samples.ts";

const names = [
  "README.md",
  "packages/concurry/README.md",
  "packages/pipeline/README.md",
  ...readdirSync(join(workspace, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

// Each document's programs have a folder of their own.
const documents = names.map((name) => {
  const path = join(workspace, name);
  const samples = samplesOf(path, name).map((sample) => ({ ...sample, file: join(name, sample.file) }));
  return { name, path, samples };
});
const programs = documents.flatMap(({ samples }) => samples);
const typeScript = programs.map(({ file }) => file).filter((file) => file.endsWith(".ts"));

/** What a progress bar prints when it has succeeded: its time differs from run to run. */
const BAR_LINE = /^.*\d+\/\d+ \w+ in [\d.]+ s(: .*)?\n/gm;

let project: Project;
let complaints: string;

// One compilation for all: most of its time is the compiler's start and the packages' types.
beforeAll(async () => {
  project = await createProject(programs);
  complaints = await project.compile(typeScript);
});
afterAll(() => project.remove());

test("their TypeScript compiles under strict rules", () => {
  expect(typeScript.length).toBeGreaterThan(0);
  expect(complaints).toBe("");
});

// A few side by side: a sample mostly waits for its workers to start.
test.each(programs)(
  "the sample at $place prints what stands below it",
  { concurrent: true },
  async ({ file, output }) => {
    const printed = await project.run(file.replace(/\.ts$/, ".js"));

    expect(printed.errors.replaceAll(BAR_LINE, "")).toBe("");
    if (output !== undefined) expect(printed.output).toBe(output);
  },
);

describe.each(documents)("$name", ({ path }) => {
  test("its blocks are programs, their output or shell commands", () => {
    for (const { language, line } of blocksOf(path)) expect(LANGUAGES, `line ${line}`).toContain(language);
  });

  test("its links lead somewhere", () => {
    for (const link of linksOf(path)) {
      const [file = "", heading] = link.split("#");
      const target = file === "" ? path : join(dirname(path), file);
      expect(existsSync(target), link).toBe(true);
      if (heading !== undefined) expect(anchorsOf(target), link).toContain(heading);
    }
  });
});
