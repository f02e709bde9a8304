import { setTimeout as sleep } from "node:timers/promises";
import type { Target } from "../peers/peer.ts";
import { quantile } from "../statistics.ts";
import { assertResult, type BenchCase, type Measurement } from "./case.ts";

const PAUSE_MS = 2;

async function run(target: Target, calls: number): Promise<Measurement> {
  const durations = new Float64Array(calls);
  let elapsedMs = 0;
  for (let index = 0; index < calls; index += 1) {
    await sleep(PAUSE_MS);
    const start = performance.now();
    assertResult((await target.increment(index)) === index + 1, "a lone call gave another number");
    const tookMs = performance.now() - start;
    durations[index] = tookMs * 1000;
    elapsedMs += tookMs;
  }
  const p50Us = quantile(durations, 0.5);
  return { calls, elapsedMs, speed: 1e6 / p50Us, p50Us, p99Us: quantile(durations, 0.99) };
}

/** Calls with pauses: both sides have gone to sleep before each. */
export const lone: BenchCase = {
  name: "lone",
  title: "lone calls: tiny, 2 ms of rest before each",
  calls: 300,
  minCalls: 20,
  figure: "latency",
  goals: {},
  run,
};
