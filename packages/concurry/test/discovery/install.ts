import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const packageFolder = fileURLToPath(new URL("../..", import.meta.url));
const workspaceModules = fileURLToPath(new URL("../../../../node_modules", import.meta.url));

/** A folder of fixture programs with the built package installed in it, as `npm install` would. */
export interface Installation {
  readonly folder: string;
  remove(): Promise<void>;
}

/** Copies `fixtures/<name>` to a folder of its own and installs the packed package there. */
export async function install(name: string, tools: readonly string[] = []): Promise<Installation> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "concurry-discovery-")));
  await cp(fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url)), folder, { recursive: true });
  const modules = join(folder, "node_modules");
  await mkdir(join(modules, "concurry"), { recursive: true });
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    cwd: packageFolder,
  });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  await run("tar", ["-xzf", join(folder, filename), "-C", join(modules, "concurry"), "--strip-components=1"]);
  const dependencies = ["comlink", "eventemitter3"].map((each) => join(packageFolder, "node_modules", each));
  const wanted = tools.map((each) => join(workspaceModules, each));
  for (const target of [...dependencies, ...wanted]) {
    await symlink(target, join(modules, target.slice(dirname(target).length + 1)), "dir");
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Runs a tool of the workspace (`esbuild`, `tsc`) in a folder of fixtures. */
export async function runTool(folder: string, tool: string, given: readonly string[]): Promise<void> {
  await run(join(workspaceModules, ".bin", tool), given, { cwd: folder });
}
