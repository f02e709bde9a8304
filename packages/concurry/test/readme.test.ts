import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createProject, type Project, workspace } from "./sample-project.ts";
import { anchorsOf, blocksOf, LANGUAGES, linksOf, samplesOf } from "./samples.ts";

const documents = [
  "README.md",
  "packages/concurry/README.md",
  "packages/pipeline/README.md",
  ...readdirSync(join(workspace, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** What a progress bar prints when it has succeeded: its time differs from run to run. */
const BAR_LINE = /^.*\d+\/\d+ \w+ in [\d.]+ s(: .*)?\n/gm;

describe.each(documents)("%s", (name) => {
  const path = join(workspace, name);
  const samples = samplesOf(path, name);
  const typeScript = samples.map(({ file }) => file).filter((file) => file.endsWith(".ts"));
  let project: Project;

  beforeAll(async () => {
    project = await createProject(samples);
  });
  afterAll(() => project.remove());

  test.runIf(typeScript.length > 0)("its TypeScript compiles under strict rules", async () => {
    expect(await project.compile(typeScript)).toBe("");
  });

  test.each(samples)("the sample at $place prints what stands below it", async ({ file, output }) => {
    const printed = await project.run(file.replace(/\.ts$/, ".js"));

    expect(printed.errors.replaceAll(BAR_LINE, "")).toBe("");
    if (output !== undefined) expect(printed.output).toBe(output);
  });

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
