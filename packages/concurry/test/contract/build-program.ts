import { rm } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** A program of a test, built to one CommonJS file, as the package's own host is. */
export interface BuiltProgram {
  readonly url: URL;
  remove(): Promise<void>;
}

export async function buildProgram(source: URL, tag = "contract"): Promise<BuiltProgram> {
  // Test files run side by side: each builds its own copy.
  const url = new URL(
    `./dist/${basename(source.pathname, ".ts")}-${tag}-${process.pid}.cjs`,
    import.meta.url,
  );
  await build({
    entryPoints: [fileURLToPath(source)],
    outfile: fileURLToPath(url),
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    packages: "external",
    // The package's own host, which no program of these tests starts.
    external: ["#host"],
    logLevel: "error",
  });
  return { url, remove: () => rm(url, { force: true }) };
}
