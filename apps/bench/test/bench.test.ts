import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BenchResults } from "../src/report/results-file.ts";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));

// A tiny run takes a second or two; only a hang reaches this.
const RUN_LIMIT_MS = 50_000;

const TINY = ["--kind", "thread", "--workers", "1", "--rounds", "2", "--scale", "0.001"];

const THREAD_WORKLOADS = [
  ...["burst", "loop64", "one", "lone", "objects", "bytes", "copy-1m", "move-1m"],
  ...["cpu-even", "cpu-skewed", "start-up", "memory-call", "memory-worker"],
];

const run = promisify(execFile);

/** Runs the built bench as its user does. */
async function bench(args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [MAIN, ...args], { timeout: RUN_LIMIT_MS });
  return stdout;
}

describe("the bench", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "concurry-bench-"));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function results(): Promise<BenchResults> {
    const files = await readdir(folder);
    expect(files).toHaveLength(1);
    return JSON.parse(await readFile(join(folder, files[0] ?? ""), "utf8")) as BenchResults;
  }

  test("it runs every workload over one peer, checks the results and keeps each round", async () => {
    const table = await bench([...TINY, "--only", "tinypool,raw-batch", "--out", folder]);
    const { rows, node, versions, commit, machine, date } = await results();
    expect(rows.map((row) => row.case)).toEqual(THREAD_WORKLOADS);
    for (const row of rows) {
      const peer = row.peers.find((each) => each.name === "tinypool");
      expect(peer?.failure).toBeUndefined();
      expect(peer?.rounds.map((round) => round.round)).toEqual([0, 1]);
      expect(row.bestPeer).toBe("tinypool");
      expect(row.comparison).toBeUndefined();
      expect(table).toContain(row.title);
    }
    const single = rows.find((row) => row.case === "one")?.peers[0];
    expect(single?.p50Us).toBeLessThanOrEqual(single?.p99Us ?? 0);
    expect(node).toBe(process.version);
    expect(versions).toEqual({ tinypool: expect.stringMatching(/^\d+\.\d+\.\d+/) });
    expect([commit, machine.cpu, date]).not.toContain("");
  });

  test("a limit takes part in its own workloads only, and is never the best peer", async () => {
    await bench([...TINY, "--only", "raw-batch", "--workloads", "one,burst", "--out", folder]);
    const { rows } = await results();
    expect(rows.map((row) => row.case)).toEqual(["burst"]);
    expect(rows[0]?.bestPeer).toBeUndefined();
  });

  test("a library that can't start is listed with the reason and does not end the run", async () => {
    // Without a Node there is no host: the plainest way for a peer to fail.
    const table = await bench([
      ...TINY,
      "--only",
      "comlink",
      "--node",
      join(folder, "no-node"),
      "--out",
      folder,
    ]);
    const { rows } = await results();
    expect(rows).toHaveLength(THREAD_WORKLOADS.length);
    expect(rows[0]?.peers[0]?.failure).toContain("ENOENT");
    expect(table).toContain("FAILED: ");
  });

  test("an unknown peer is refused with the names that there are", async () => {
    const refused = bench([...TINY, "--only", "tinypol", "--out", folder]);
    await expect(refused).rejects.toThrow(/"tinypol" is none of concurry, tinypool/);
  });

  test("workloads of our own check their results and keep their figures, without peers", async () => {
    const table = await bench([
      ...["--own", "--rounds", "1", "--scale", "0.001", "--out", folder],
      ...["--workloads", "inline-sync,inline-async,overhead,streams,fairness,scale-waiting"],
    ]);
    const { own, rows, node } = await results();
    const names = ["inline-async", "inline-sync", "overhead", "streams", "fairness", "scale-waiting"];
    expect([...new Set(own.map((figure) => figure.workload))]).toEqual(names);
    for (const figure of own) {
      expect(figure.value).toBeGreaterThan(0);
      expect(figure.samples.length).toBeGreaterThan(0);
      expect(table).toContain(figure.title);
    }
    expect(rows).toEqual([]);
    expect(node).toBe(process.version);
  });

  test("a soak run checks all its calls, shows memory while it runs and how it grew at the end", async () => {
    const lines = (await bench(["--soak", "0.03"])).trim().split("\n");
    expect(
      lines.filter((line) => /^ +\d+ s +\d+ calls +RSS [\d.]+ MiB +heap [\d.]+ MiB$/.test(line)).length,
    ).toBeGreaterThan(5);
    expect(lines.at(-1)).toMatch(/^heap: -?[\d.]+ MiB per 1M calls; below 1: (reached|MISSED)$/);
  });
});
