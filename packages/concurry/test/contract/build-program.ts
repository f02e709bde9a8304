import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

/** A program of a test, built to one CommonJS file, as the package's own host is. */
export interface BuiltProgram {
  readonly url: URL;
  remove(): Promise<void>;
}

/** Builds a program beside the tests, where it finds its dependencies. Each test file has its own: they run at once. */
export async function buildProgram(source: URL, tag = "contract"): Promise<BuiltProgram> {
  const url = new URL(
    `./dist/${basename(source.pathname, ".ts")}-${tag}-${process.pid}.cjs`,
    import.meta.url,
  );
  await buildFile(source, fileURLToPath(url), "external");
  return { url, remove: () => rm(url, { force: true }) };
}

/** Builds a program with its dependencies inside, and puts it where it finds none. */
export async function bundleProgram(source: URL): Promise<BuiltProgram> {
  const folder = await mkdtemp(join(tmpdir(), "concurry-"));
  const file = join(folder, "program.cjs");
  await buildFile(source, file, "bundle");
  return { url: pathToFileURL(file), remove: () => rm(folder, { recursive: true }) };
}

async function buildFile(source: URL, outfile: string, packages: "bundle" | "external"): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(source)],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    packages,
    // The package's own host, which no program of these tests starts.
    external: ["#host"],
    logLevel: "error",
  });
}
