import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OWN_NAMES } from "../src/own/own-names.ts";
import type { BenchResults } from "../src/report/results-file.ts";
import { readOptions } from "../src/run/options.ts";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));

// A tiny run takes some seconds; only a hang reaches this.
const RUN_LIMIT_MS = 50_000;

const WORKLOADS = ["pipeline-sync", "pipeline-async", "pipeline-cpu", "pipeline-memory", "pipeline-calls"];

const run = promisify(execFile);

describe("the bench of pipelines", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "concurry-bench-"));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  test("all its workloads check their results; what has a goal has a verdict", async () => {
    const args = [MAIN, "--pipelines", "--rounds", "1", "--scale", "0.001", "--out", folder];
    const { stdout } = await run(process.execPath, args, { timeout: RUN_LIMIT_MS });
    const [file = ""] = await readdir(folder);
    const { own } = JSON.parse(await readFile(join(folder, file), "utf8")) as BenchResults;
    expect([...new Set(own.map(({ workload }) => workload))]).toEqual(WORKLOADS);
    const withGoal = own.filter(({ goal }) => goal !== undefined);
    expect([...new Set(withGoal.map(({ workload }) => workload))]).toEqual(WORKLOADS.slice(0, -1));
    for (const { title, value } of own) {
      expect(value).toEqual(expect.any(Number));
      expect(stdout).toContain(title);
    }
    expect(stdout.match(/: (reached|MISSED)$/gm)).toHaveLength(withGoal.length);
  });
});

describe("options", () => {
  test("--pipelines takes the workloads of pipelines, or some of them", () => {
    expect(readOptions(["--pipelines"])).toMatchObject({ own: WORKLOADS, cases: [] });
    expect(readOptions(["--pipelines", "--workloads", "pipeline-cpu"])?.own).toEqual(["pipeline-cpu"]);
    expect(() => readOptions(["--pipelines", "--workloads", "overhead"])).toThrow(/"overhead" is none of/);
  });

  test("--own has them, too", () => {
    expect(readOptions(["--own"])?.own).toEqual([...OWN_NAMES]);
    expect(OWN_NAMES).toEqual(expect.arrayContaining(WORKLOADS));
  });
});
