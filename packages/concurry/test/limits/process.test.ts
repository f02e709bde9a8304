import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";

const source = fileURLToPath(new URL("../../src/limits", import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "limits-"));
  const entry = ["limit-set", "rate-limit", "resource-limit"].map(
    (name) => `export * from "${source}/${name}.ts";`,
  );
  await build({
    stdin: { contents: entry.join("\n"), resolveDir: source, loader: "ts" },
    ...{ bundle: true, platform: "node", format: "esm", target: "node20", logLevel: "silent" },
    outfile: join(folder, "limits.mjs"),
  });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs a program to its own end. */
async function run(program: string): Promise<{ readonly code: number; readonly output: string }> {
  const file = join(folder, "program.mjs");
  writeFileSync(file, `import { LimitSet, RateLimit, ResourceLimit } from "./limits.mjs";\n${program}`);
  const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (data) => {
    output += data;
  });
  const [code] = (await once(child, "close")) as [number];
  return { code, output };
}

test("a program that only waits for a limit doesn't exit before it is granted, and then does", async () => {
  const { code, output } = await run(`
    const set = new LimitSet([new RateLimit({ key: "r", windowSeconds: 0.3, capacity: 1 })]);
    const startedAt = performance.now();
    await set.acquire({ r: 1 });
    set.acquire({ r: 1 }).then(() => console.log(performance.now() - startedAt >= 300 ? "granted" : "too early"));
  `);

  expect([code, output]).toEqual([0, "granted\n"]);
});

test("a program that holds something, and waits for nothing, exits", async () => {
  const { code, output } = await run(`
    const set = new LimitSet([new ResourceLimit({ key: "c", capacity: 2 })]);
    const lease = await set.acquire({ c: 1 });
    const other = set.acquire({ c: 2 }, { timeoutMs: 20 }).catch((error) => console.log(error.code));
    await other;
    console.log(lease.released);
  `);

  expect([code, output]).toEqual([0, "LIMIT_TIMEOUT\nfalse\n"]);
});

test("twenty calls a second take a hundred calls four seconds, by the real clock", async () => {
  const { output } = await run(`
    const set = new LimitSet([new RateLimit({ key: "r", windowSeconds: 0.2, capacity: 20 })]);
    const start = performance.now();
    // When each was granted, at the earliest and at the latest: a busy machine may come late to tell.
    const grants = await Promise.all(Array.from({ length: 100 }, async () => {
      const before = performance.now() - start;
      const lease = set.acquire({ r: 1 });
      const after = performance.now() - start;
      const { waitedMs } = await lease;
      return { earliest: before + waitedMs, latest: after + waitedMs };
    }));
    grants.sort((left, right) => left.earliest - right.earliest);
    const tooMany = grants.some(({ latest }, index) => latest - grants[index - 20]?.earliest < 199);
    console.log(grants.length, Math.floor(grants.at(-1).earliest / 200), tooMany);
  `);

  expect(output).toBe("100 4 false\n");
});
