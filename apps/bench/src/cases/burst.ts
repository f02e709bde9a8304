import type { Incrementer } from "../peers/peer.ts";
import { assertResult, type BenchCase, type Measurement, rateOf } from "./case.ts";

/** Makes all calls at once. */
export async function runBurst(target: Incrementer, calls: number): Promise<Measurement> {
  const start = performance.now();
  const results = await Promise.all(Array.from({ length: calls }, (_, index) => target.increment(index)));
  const elapsedMs = performance.now() - start;
  const isRight = results.length === calls && results.every((result, index) => result === index + 1);
  assertResult(isRight, `a burst of ${calls} calls gave other numbers`);
  return rateOf(calls, elapsedMs);
}

/** All calls made at once. */
export const burst: BenchCase = {
  name: "burst",
  title: "burst: 20 000 tiny calls at once",
  calls: 20_000,
  minCalls: 100,
  figure: "rate",
  goals: { thread: 10, process: 9 },
  run: runBurst,
};
