import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Pipeline, pipeline, type StageOptions } from "@concurry/pipeline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { noteDone, noteStart } from "#workers/chaos-steps";
import { same } from "#workers/functions";
import { Started } from "../started.ts";
import { after, countingSource } from "../support.ts";

// The promise is a second; a busy machine may need more, a hang never ends.
const SOON_MS = 5000;
const WORKERS = 2;

let started: Started;
let folder: string;

beforeEach(() => {
  started = new Started();
  folder = mkdtempSync(join(tmpdir(), "pipeline-leaving-"));
});

afterEach(() => {
  started.close();
  rmSync(folder, { recursive: true });
});

function journal(): string[] {
  return readFileSync(join(folder, "journal"), "utf8").split("\n").filter(Boolean).sort();
}

function hosted(
  mode: "process" | "thread",
  stage: number,
): StageOptions<number, { readonly place: number }, "fail", "drop"> {
  const env = {
    CHAOS_STAGE: JSON.stringify({ stage, mode, hasLimit: false }),
    CHAOS_JOURNAL: join(folder, "journal"),
  };
  return {
    mode,
    workers: WORKERS,
    env,
    execArgv: [],
    onStart: noteStart,
    onDone: noteDone,
  };
}

/** Processes, threads and the event loop. */
function allWays(source: () => Generator<number>, onDone: () => void): Pipeline<number> {
  return pipeline(source)
    .map(same, hosted("process", 0))
    .map(same, hosted("thread", 1))
    .map(async (value) => value, { mode: "async", workers: WORKERS, onDone });
}

test("a loop over processes, threads and the event loop that is left takes all of it down", async () => {
  const { source, counts } = countingSource();
  let dones = 0;
  let leftAt = 0;
  for await (const _ of allWays(source, () => dones++).start({ stopMs: 300 })) {
    leftAt = performance.now();
    break;
  }
  expect(performance.now() - leftAt).toBeLessThan(SOON_MS);
  expect(started.living()).toEqual([]);
  expect(counts.closed).toBe(1);
  expect(dones).toBe(1);
  const lines = journal();
  expect(lines.filter((line) => line.startsWith("start"))).toHaveLength(2 * WORKERS);
  expect(lines.filter((line) => line.startsWith("done"))).toEqual(
    lines.filter((line) => line.startsWith("start")).map((line) => line.replace("start", "done")),
  );
});

test("a slow reader of an endless source: no more is pulled than queues and workers hold", async () => {
  const { source, counts } = countingSource();
  // By default each stage has a queue of twice its workers, and so has the output.
  const most = 3 * (WORKERS + 2 * WORKERS) + 2 * WORKERS + 1;
  let delivered = 0;
  for await (const _ of allWays(source, () => {}).start({ stopMs: 300 })) {
    delivered++;
    await after(20);
    // What the reader has in hand is delivered.
    expect(counts.pulled - delivered).toBeLessThanOrEqual(most);
    if (delivered === 30) break;
  }
  expect(counts.pulled).toBeLessThanOrEqual(delivered + most);
});
