import { readdirSync, readFileSync } from "node:fs";
import { collectGarbage } from "../host/garbage.ts";
import type { Target } from "../peers/peer.ts";
import { assertResult, type BenchCase, type Measurement, type Setting } from "./case.ts";

const MIB_IN_KIB = 1024;
const CALL_BYTES = 600;

/** Group of a process, or undefined when it is gone. Its fields follow the name, which may hold spaces. */
function groupOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
  } catch {
    return undefined;
  }
}

/** KiB of a process, pages shared with others counted in part. */
function proportionalKib(pid: string): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** MiB of this host and all processes that it started: they are one process group. */
function groupMib(): number {
  if (process.platform !== "linux") throw new Error("memory is read from /proc, which only Linux has");
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && groupOf(name) === process.pid);
  return pids.reduce((sum, pid) => sum + proportionalKib(pid), 0) / MIB_IN_KIB;
}

async function runWorkers(_target: Target, calls: number, setting: Setting): Promise<Measurement> {
  const start = performance.now();
  collectGarbage();
  const beforeMib = groupMib();
  const target = await setting.openAnother();
  try {
    await target.ready?.();
    // Two for each, so that none is left out that hasn't told when it is up.
    const results = Array.from({ length: 2 * setting.workers }, (_, index) => target.increment(index));
    const values = await Promise.all(results);
    assertResult(
      values.every((value, index) => value === index + 1),
      "a call gave another number",
    );
    collectGarbage();
    const mib = (groupMib() - beforeMib) / setting.workers;
    const elapsedMs = performance.now() - start;
    return { calls, elapsedMs, speed: 1 / mib, figures: { "MiB per worker": mib } };
  } finally {
    await target.stop();
  }
}

async function runCalls(target: Target, calls: number): Promise<Measurement> {
  const start = performance.now();
  const results = new Array<Promise<number>>(calls);
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  // No result comes in while this is running: all wait.
  for (let index = 0; index < calls; index += 1) results[index] = target.increment(index);
  collectGarbage();
  const bytes = (process.memoryUsage().heapUsed - before) / calls;
  const values = await Promise.all(results);
  assertResult(
    values.every((value, index) => value === index + 1),
    "a call that waited gave another number",
  );
  const elapsedMs = performance.now() - start;
  return { calls, elapsedMs, speed: 1 / bytes, figures: { "bytes per waiting call": bytes } };
}

/** What one worker takes once it has answered. */
export const memoryPerWorker: BenchCase = {
  name: "memory-worker",
  title: "memory of a worker that has answered a call",
  calls: 1,
  minCalls: 1,
  figure: "memory",
  goals: {},
  run: runWorkers,
};

/** What one call takes that waits: its promise and all notes about it, in the caller's heap. */
export const memoryPerCall: BenchCase = {
  name: "memory-call",
  title: "memory of a waiting call in the caller's heap",
  calls: 20_000,
  minCalls: 1000,
  figure: "memory",
  goals: { thread: 1, process: 1 },
  yardsticks: {
    thread: { speed: 1 / CALL_BYTES, words: `${CALL_BYTES} bytes` },
    process: { speed: 1 / CALL_BYTES, words: `${CALL_BYTES} bytes` },
  },
  run: runCalls,
};
