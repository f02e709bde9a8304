import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

/** Command lines of live processes that were started with `CONCURRY_TEST_MARK=<mark>`. */
export async function leftovers(mark: string): Promise<string[]> {
  const wanted = `CONCURRY_TEST_MARK=${mark}`;
  if (process.platform === "linux") return fromProc(wanted);
  const { stdout } = await promisify(execFile)("ps", ["-Ewwax", "-o", "command"]);
  return stdout.split("\n").filter((line) => line.includes(wanted));
}

async function fromProc(wanted: string): Promise<string[]> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    ids.map(async (id) => {
      try {
        const environment = await readFile(`/proc/${id}/environ`, "utf8");
        return environment.includes(wanted) ? await readFile(`/proc/${id}/cmdline`, "utf8") : undefined;
      } catch {
        return undefined; // It ended meanwhile, or isn't ours.
      }
    }),
  );
  return found.filter((line) => line !== undefined).map((line) => line.replaceAll("\0", " "));
}
