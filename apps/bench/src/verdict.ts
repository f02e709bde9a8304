import { median, quantile } from "./statistics.ts";

/** Fewer rounds than this give a first look, no verdict to rely on. */
export const VERDICT_ROUNDS = 15;

/** How far the lower quartile may lie below the goal. */
const QUARTILE_SLACK = 0.95;

/** Two figures closer than this are a tie. */
const TIE_FACTOR = 1.15;

/** Goals up to this one mean "not slower": a tie is good enough. */
const TIE_GOAL = 1.2;

/** `tie`: the goal isn't reached for sure, but allows a tie. `open`: there is no goal. */
type Verdict = "reached" | "tie" | "missed" | "open";

/** Our figures against those of one peer, over all rounds. */
export interface Comparison {
  /** Median of the per-round ratios; above 1 we are faster. */
  readonly ratio: number;
  readonly lowerQuartile: number;
  readonly isTie: boolean;
  readonly rounds: number;
  readonly verdict: Verdict;
  /** Whether there were enough rounds for the verdict to count. */
  readonly isFinal: boolean;
}

/** Whether a ratio is too close to 1 to call one side faster. */
export function isTie(ratio: number): boolean {
  return ratio < TIE_FACTOR && ratio > 1 / TIE_FACTOR;
}

function verdictOf(ratio: number, lowerQuartile: number, goal: number | undefined): Verdict {
  if (goal === undefined) return "open";
  if (ratio >= goal && lowerQuartile >= QUARTILE_SLACK * goal) return "reached";
  const isSlower = ratio <= 1 / TIE_FACTOR;
  return goal <= TIE_GOAL && !isSlower ? "tie" : "missed";
}

/** Judges the per-round ratios of one row against its goal, if it has one. */
export function judge(ratios: readonly number[], goal: number | undefined): Comparison {
  const ratio = median(ratios);
  const lowerQuartile = quantile(ratios, 0.25);
  return {
    ratio,
    lowerQuartile,
    isTie: isTie(ratio),
    rounds: ratios.length,
    verdict: verdictOf(ratio, lowerQuartile, goal),
    isFinal: ratios.length >= VERDICT_ROUNDS,
  };
}
