import type { Kind, Target } from "../peers/peer.ts";

/** What one run of a workload gave. */
export interface Measurement {
  readonly calls: number;
  readonly elapsedMs: number;
  /** The figure that is compared, higher is better: calls per second, for single calls 1e6 / p50. */
  readonly speed: number;
  /** Microseconds, single calls only. */
  readonly p50Us?: number;
  /** Microseconds, single calls only. */
  readonly p99Us?: number;
}

/** One workload. */
export interface BenchCase {
  readonly name: string;
  readonly title: string;
  /** Calls of one round at scale 1. */
  readonly calls: number;
  /** Fewest calls of one round, however small the scale. */
  readonly minCalls: number;
  readonly figure: "rate" | "latency";
  /** Wanted ratio to the best peer. */
  readonly goals: Readonly<Record<Kind, number>>;
  /** Runs it and checks its results; a wrong one rejects. */
  run(target: Target, calls: number): Promise<Measurement>;
}

/** Says which result was wrong. */
export function assertResult(isRight: boolean, what: string): void {
  if (!isRight) throw new Error(`wrong result: ${what}`);
}

/** A measurement whose figure is calls per second. */
export function rateOf(calls: number, elapsedMs: number): Measurement {
  return { calls, elapsedMs, speed: (calls / elapsedMs) * 1000 };
}
