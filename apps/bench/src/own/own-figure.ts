import { median } from "../statistics.ts";

/** What is wanted of a figure. */
export type OwnGoal = { readonly atMost: number } | { readonly atLeast: number };

/** One figure of a workload that only this library runs. */
export interface OwnFigure {
  readonly workload: string;
  readonly title: string;
  readonly unit: string;
  readonly value: number;
  /** What the value was taken from: a figure of each round, or of each call. */
  readonly samples: readonly number[];
  /** Absent: the figure is only shown. */
  readonly goal?: OwnGoal;
}

/** How much of a workload is run. */
export interface OwnSettings {
  readonly rounds: number;
  /** Share of the full number of calls. */
  readonly scale: number;
}

/** A workload that only this library runs; rejects when a result is wrong. */
export type OwnWorkload = (settings: OwnSettings) => Promise<readonly OwnFigure[]>;

type OwnVerdict = "reached" | "missed" | "open";

/** Whether a figure is as wanted; `open` without a goal. */
export function ownVerdict({ value, goal }: Pick<OwnFigure, "value" | "goal">): OwnVerdict {
  if (goal === undefined) return "open";
  return ("atMost" in goal ? value <= goal.atMost : value >= goal.atLeast) ? "reached" : "missed";
}

/** A figure whose value is the median of its samples. */
export function medianFigure(
  about: Omit<OwnFigure, "value" | "samples">,
  samples: readonly number[],
): OwnFigure {
  return { ...about, value: median(samples), samples };
}

/** A share of the full number of calls, but not less than makes sense. */
export function scaledCalls(calls: number, scale: number, fewest: number): number {
  return Math.max(fewest, Math.round(calls * scale));
}
