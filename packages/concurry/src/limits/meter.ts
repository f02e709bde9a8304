import type { ResolvedRate } from "./rate-options.ts";

/** One charge, as its meter knows it again. */
export type Charge = object | number;

/** Counts one limit. Times are integer microseconds that never go back; exact, with no waiting and no timers. */
export interface Meter {
  /** False when nothing but giving back makes room: then no time is looked at. */
  readonly isTimed: boolean;
  /** True when taking two amounts is the same as taking their sum. */
  readonly isAdditive: boolean;
  /** Whether this much may be taken now. Once it may, it may until something is charged. */
  fits(now: number, amount: number): boolean;
  /** The first moment at which this much, which doesn't fit now, will; Infinity when time alone won't help. */
  readyAt(now: number, amount: number): number;
  /** Counts it, whether it fits or not. */
  charge(now: number, amount: number): Charge;
  /**
   * Gives back as much of it as the algorithm allows, and says how much that was. Never asked for more than still counts
   * of this charge: charges of one moment may be one here.
   */
  refund(now: number, charge: Charge, amount: number): number;
  /** This charge will never be given back. */
  settle(charge: Charge): void;
  /** What is left; never below 0. */
  available(now: number): number;
}

/** A rate as its meter needs it. */
export interface RateShape {
  readonly capacity: number;
  /** What may be taken at once, at most. */
  readonly burst: number;
  /** The window in integer microseconds, its margin included. */
  readonly window: number;
  /** Sums may pass a bound by this much: fractions such as 0.1 are not exact. Below any difference of integers. */
  readonly slack: number;
}

// Far below the 1e-9 that the guarantees allow; enough for the sum of some ten thousand fractions.
const RELATIVE_SLACK = 1e-11;
const MOST_SLACK = 0.25;

export function shapeOf(rate: ResolvedRate): RateShape {
  const burst = rate.burst ?? rate.capacity;
  return {
    capacity: rate.capacity,
    burst,
    window: Math.round(rate.windowSeconds * 1_000_000 + rate.marginMs * 1000),
    slack: slackOf(Math.min(rate.capacity, burst)),
  };
}

/** How far a sum may pass a capacity. */
export function slackOf(capacity: number): number {
  return Math.min(capacity * RELATIVE_SLACK, MOST_SLACK);
}
