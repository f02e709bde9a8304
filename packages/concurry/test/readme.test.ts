import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anchorsOf, blocksOf, LANGUAGES, linksOf, type Sample, samplesOf } from "./samples.ts";

const run = promisify(execFile);
// A sample that is still running then has hung.
const DEADLINE_MS = 30_000;

const workspace = fileURLToPath(new URL("../../..", import.meta.url));
const documents = [
  "README.md",
  "packages/concurry/README.md",
  ...readdirSync(join(workspace, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

describe.each(documents)("%s", (name) => {
  const path = join(workspace, name);
  const samples = samplesOf(path, name);
  let folder: string;

  beforeAll(async () => {
    folder = await folderWith(samples);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.runIf(samples.some(isTypeScript))("its TypeScript compiles under strict rules", async () => {
    await compile(folder, samples);
  });

  test.each(samples)("the sample at $place prints what stands below it", async ({ file, output }) => {
    const printed = await runSample(folder, file.replace(/\.ts$/, ".js"));

    expect(printed.errors).toBe("");
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

/** A project with the package installed and all programs of a document in it. */
async function folderWith(samples: readonly Sample[]): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "concurry-samples-")));
  await mkdir(join(folder, "node_modules", "@types"), { recursive: true });
  await symlink(join(workspace, "packages/concurry"), join(folder, "node_modules/concurry"), "dir");
  await symlink(join(workspace, "node_modules/@types/node"), join(folder, "node_modules/@types/node"), "dir");
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  for (const { file, source } of samples) await writeFile(join(folder, file), source);
  return folder;
}

async function compile(folder: string, samples: readonly Sample[]): Promise<void> {
  const files = samples.filter(isTypeScript).map(({ file }) => file);
  const options = "--strict --module nodenext --target es2022 --lib es2023,esnext.disposable --types node";
  const tsc = join(workspace, "node_modules/.bin/tsc");
  const { stdout } = await run(tsc, [...options.split(" "), ...files], { cwd: folder }).catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout).toBe("");
}

function isTypeScript({ file }: Sample): boolean {
  return file.endsWith(".ts");
}

/** Runs a program as a user would: without what the test runner has put into the environment. */
async function runSample(folder: string, file: string): Promise<{ output: string; errors: string }> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_)/.test(name));
  const { stdout, stderr } = await run(process.execPath, [file], {
    cwd: folder,
    env: Object.fromEntries(kept),
    timeout: DEADLINE_MS,
    killSignal: "SIGKILL",
  });
  return { output: stdout.trim(), errors: stderr };
}
