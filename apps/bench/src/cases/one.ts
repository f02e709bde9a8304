import type { Incrementer } from "../peers/peer.ts";
import { quantile } from "../statistics.ts";
import { assertResult, type BenchCase, type Measurement } from "./case.ts";

/** Calls, each awaited before the next. */
export async function runSingles(target: Incrementer, calls: number): Promise<Measurement> {
  const durations = new Float64Array(calls);
  let wrong = 0;
  const start = performance.now();
  let before = start;
  for (let index = 0; index < calls; index += 1) {
    if ((await target.increment(index)) !== index + 1) wrong += 1;
    const now = performance.now();
    durations[index] = (now - before) * 1000;
    before = now;
  }
  const elapsedMs = before - start;
  assertResult(wrong === 0, `${wrong} of ${calls} single calls gave another number`);
  const p50Us = quantile(durations, 0.5);
  return { calls, elapsedMs, speed: 1e6 / p50Us, p50Us, p99Us: quantile(durations, 0.99) };
}

/** Each call is made when the one before has come back. */
export const one: BenchCase = {
  name: "one",
  title: "one at a time: tiny calls",
  calls: 3000,
  minCalls: 50,
  figure: "latency",
  goals: { thread: 1.1, process: 1 },
  run: runSingles,
};
