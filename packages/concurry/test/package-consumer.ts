import { execFile } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const packageFolder = fileURLToPath(new URL("..", import.meta.url));
const pipelineFolder = fileURLToPath(new URL("../../pipeline", import.meta.url));
const workspaceModules = fileURLToPath(new URL("../../../node_modules", import.meta.url));
const require = createRequire(import.meta.url);

/** An empty project with packed packages installed in it by npm. */
export interface Consumer {
  readonly folder: string;
  /** Paths in the tarball of what is installed, as npm tells them; with pipelines in theirs. */
  readonly packed: readonly string[];
  remove(): Promise<void>;
}

/** What a consumer installs besides concurry. */
export interface ConsumerOptions {
  /** Whether `@concurry/pipeline` is installed, too. Default false. */
  readonly hasPipelines?: boolean;
}

interface PackedTarball {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** Packs concurry and what it depends on, and installs the tarballs in a new project; no network is needed. */
export async function createConsumer(
  files: Readonly<Record<string, string>> = {},
  { hasPipelines = false }: ConsumerOptions = {},
): Promise<Consumer> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "concurry-consumer-")));
  const tarballs = join(folder, "tarballs");
  await mkdir(tarballs);
  const dependencies = ["comlink", "eventemitter3"].map((name) => dependencyFolder(name));
  const ours = hasPipelines ? [pipelineFolder, packageFolder] : [packageFolder];
  const packed = await pack([...ours, ...dependencies], tarballs);
  const project = { name: "consumer", private: true, type: "module" };
  await write(folder, { "package.json": JSON.stringify(project), ...files });
  const given = packed.map(({ filename }) => join(tarballs, filename));
  const flags = ["--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"];
  await run("npm", ["install", ...flags, ...given], { cwd: folder });
  return {
    folder,
    packed: packed[0]?.files.map(({ path }) => path) ?? [],
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Adds the types of Node to a consumer and runs the compiler there; gives what it printed. */
export async function compile(folder: string): Promise<string> {
  const types = join(folder, "node_modules", "@types");
  await mkdir(types, { recursive: true });
  await symlink(join(workspaceModules, "@types", "node"), join(types, "node"), "dir");
  const tool = join(workspaceModules, ".bin", "tsc");
  // A failed compilation prints its errors to stdout, too.
  const told = await run(tool, ["--project", folder, "--pretty", "false"]).catch((error: unknown) => error);
  return (told as { stdout: string }).stdout;
}

// Tarballs of what is installed here, so that npm needs no registry for them.
function dependencyFolder(name: string): string {
  const entry = require.resolve(name);
  return entry.slice(0, entry.lastIndexOf(join("node_modules", name))) + join("node_modules", name);
}

async function pack(folders: readonly string[], destination: string): Promise<readonly PackedTarball[]> {
  const flags = ["--json", "--ignore-scripts", "--pack-destination", destination];
  const { stdout } = await run("npm", ["pack", ...flags, ...folders], { cwd: packageFolder });
  return JSON.parse(stdout) as PackedTarball[];
}

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}
