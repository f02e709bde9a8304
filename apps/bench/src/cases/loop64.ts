import type { Incrementer } from "../peers/peer.ts";
import { assertResult, type BenchCase, type Measurement, rateOf } from "./case.ts";
import { runLanes } from "./lanes.ts";

const OUTSTANDING = 64;

/** Keeps so many tiny calls outstanding. */
export async function runLoop(
  target: Incrementer,
  calls: number,
  outstanding: number = OUTSTANDING,
): Promise<Measurement> {
  const elapsedMs = await runLanes<number>({
    outstanding,
    calls,
    call: (_lane, index) => target.increment(index),
    verify: (result, _lane, index) =>
      assertResult(result === index + 1, "a call of the loop gave another number"),
  });
  return rateOf(calls, elapsedMs);
}

/** A steady stream of tiny calls. */
export const loop64: BenchCase = {
  name: "loop64",
  title: "loop: tiny calls, 64 outstanding",
  calls: 20_000,
  minCalls: 128,
  figure: "rate",
  goals: { thread: 3.5, process: 3.5 },
  run: (target, calls) => runLoop(target, calls),
};
