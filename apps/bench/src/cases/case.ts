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
  /** Further figures by what they are, such as "ms to the first result"; the table shows these, if there are any. */
  readonly figures?: Readonly<Record<string, number>>;
}

/** Makes another set of the same library's workers, started but not waited for; as many unless told otherwise. */
export type OpenAnother = (workers?: number) => Promise<Target>;

/** What ours is compared with instead of the best peer. */
export type Yardstick =
  | { readonly peer: string }
  /** A fixed figure, and what it means. */
  | { readonly speed: number; readonly words: string };

/** What a workload may need besides the workers. */
export interface Setting {
  readonly kind: Kind;
  readonly workers: number;
  readonly openAnother: OpenAnother;
}

/** What a workload measures. */
export type Figure = "rate" | "latency" | "duration" | "memory";

/** One workload. */
export interface BenchCase {
  readonly name: string;
  readonly title: string;
  /** Calls of one round at scale 1. */
  readonly calls: number;
  /** Fewest calls of one round, however small the scale. */
  readonly minCalls: number;
  readonly figure: Figure;
  /** Whether each round is run, without warm-up, by a host of its own. Default false. */
  readonly needsFreshHost?: boolean;
  /** Rounds that are enough, where the figure hardly differs between them. */
  readonly mostRounds?: number;
  /** The kinds of workers that can do it; without it both. */
  readonly kinds?: readonly Kind[];
  /** Wanted ratio to the best peer, or to `yardsticks`; a kind without one is only shown. */
  readonly goals: Readonly<Partial<Record<Kind, number>>>;
  readonly yardsticks?: Readonly<Partial<Record<Kind, Yardstick>>>;
  /** Runs it and checks its results; a wrong one rejects. */
  run(target: Target, calls: number, setting: Setting): Promise<Measurement>;
}

/** Says which result was wrong. */
export function assertResult(isRight: boolean, what: string): void {
  if (!isRight) throw new Error(`wrong result: ${what}`);
}

/** A measurement of a time: the figure is the inverse, runs per second. */
export function durationOf(calls: number, elapsedMs: number, label: string): Measurement {
  return { calls, elapsedMs, speed: 1000 / elapsedMs, figures: { [label]: elapsedMs } };
}

/** Microseconds that a call took of the whole. */
export function usPerCall({ calls, elapsedMs }: Measurement): number {
  return (elapsedMs * 1000) / calls;
}

/** A measurement whose figure is calls per second. */
export function rateOf(calls: number, elapsedMs: number): Measurement {
  return { calls, elapsedMs, speed: (calls / elapsedMs) * 1000 };
}
