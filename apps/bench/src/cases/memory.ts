import { collectGarbage } from "../host/garbage.ts";
import type { Incrementer, Target } from "../peers/peer.ts";
import { assertResult, type BenchCase, type Measurement } from "./case.ts";

const CALL_BYTES = 600;

/** Bytes of the caller's heap for each of so many calls that wait, and how long they took in all. */
export async function heapOfWaiting(
  target: Incrementer,
  calls: number,
): Promise<{ readonly bytes: number; readonly elapsedMs: number }> {
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
  return { bytes, elapsedMs: performance.now() - start };
}

async function runCalls(target: Target, calls: number): Promise<Measurement> {
  const { bytes, elapsedMs } = await heapOfWaiting(target, calls);
  return { calls, elapsedMs, speed: 1 / bytes, figures: { "bytes per waiting call": bytes } };
}

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
