import { execFile } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
// A program that is still running then has hung.
const DEADLINE_MS = 30_000;
const COMPILER_OPTIONS =
  "--strict --module nodenext --target es2022 --lib es2023,esnext.disposable --types node".split(" ");

/** The folder of the whole repository. */
export const workspace: string = fileURLToPath(new URL("../../..", import.meta.url));

/** A project in a folder of its own, as a user would have it: programs, and the packages installed. */
export interface Project {
  /** Compiles TypeScript files to JavaScript beside them; resolves to what the compiler complains about. */
  compile(files: readonly string[]): Promise<string>;
  /** Runs a program in its folder, without what the test runner has put into the environment. */
  run(file: string): Promise<{ readonly output: string; readonly errors: string }>;
  remove(): Promise<void>;
}

/** Writes programs into a new project; their files may lie in folders of it. */
export async function createProject(
  programs: readonly { readonly file: string; readonly source: string }[],
): Promise<Project> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "concurry-samples-")));
  for (const scope of ["@types", "@concurry"])
    await mkdir(join(folder, "node_modules", scope), { recursive: true });
  await symlink(join(workspace, "packages/concurry"), join(folder, "node_modules/concurry"), "dir");
  await symlink(join(workspace, "packages/pipeline"), join(folder, "node_modules/@concurry/pipeline"), "dir");
  await symlink(join(workspace, "node_modules/@types/node"), join(folder, "node_modules/@types/node"), "dir");
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  for (const { file, source } of programs) {
    await mkdir(join(folder, dirname(file)), { recursive: true });
    await writeFile(join(folder, file), source);
  }
  return {
    compile: (files) => compile(folder, files),
    run: (file) => runProgram(join(folder, dirname(file)), basename(file)),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function compile(folder: string, files: readonly string[]): Promise<string> {
  const tsc = join(workspace, "node_modules/.bin/tsc");
  try {
    return (await run(tsc, [...COMPILER_OPTIONS, ...files], { cwd: folder })).stdout;
  } catch (error) {
    return (error as { readonly stdout: string }).stdout || String(error);
  }
}

async function runProgram(folder: string, file: string): Promise<{ output: string; errors: string }> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_)/.test(name));
  const { stdout, stderr } = await run(process.execPath, [file], {
    cwd: folder,
    env: Object.fromEntries(kept),
    timeout: DEADLINE_MS,
    killSignal: "SIGKILL",
  });
  return { output: stdout.trim(), errors: stderr };
}
