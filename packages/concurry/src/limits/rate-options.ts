import { milliseconds, nonEmptyString, oneOf, outOfRange, wrongType } from "../util/check.ts";
import type { Check } from "../util/check-record.ts";

/** How a rate is counted; what each guarantees is told at `RateOptions.algorithm`. */
export type Algorithm = "token_bucket" | "leaky_bucket" | "sliding_window" | "fixed_window" | "gcra";

/** Options of limits that allow so much in a time. */
export interface RateOptions {
  /** Length of the window in seconds, 0.001 … 31,536,000 (a year). */
  readonly windowSeconds: number;
  /** What is allowed in one window; > 0, up to 1e12, may be fractional. */
  readonly capacity: number;
  /**
   * Default `"sliding_window"`.
   *
   * - `"sliding_window"`: at most `capacity` in any interval as long as the window.
   * - `"fixed_window"`: at most `capacity` in each window, up to twice that across an edge; the cheapest.
   * - `"token_bucket"`, `"gcra"` (two names of one thing): at most `burst`, plus `capacity` per window.
   * - `"leaky_bucket"`: evenly spaced; the next request waits until the last one has leaked away. What was charged
   *   never comes back. Requests are at least a timer's millisecond apart.
   */
  readonly algorithm?: Algorithm | undefined;
  /** What may be taken at once after idling; > 0, up to 1e12. `token_bucket` and `gcra` only. Default: `capacity`. */
  readonly burst?: number | undefined;
  /**
   * Milliseconds, 0 … the window, by which the window is made longer. Default 0.
   *
   * A remote service sees requests later than they were granted, and not all equally late; 5 to 20 ms keep its own
   * count within the quota.
   */
  readonly marginMs?: number | undefined;
  /**
   * What happens when more was used than requested: `"charge"` takes the rest at once, even when it isn't there;
   * `"error"` throws `LIMIT_OVERDRAFT`. Default `"charge"`.
   */
  readonly overdraft?: "charge" | "error" | undefined;
}

/** Options of a rate with every default filled in. */
export interface ResolvedRate {
  readonly windowSeconds: number;
  readonly capacity: number;
  readonly algorithm: Algorithm;
  /** `undefined` where it doesn't apply. */
  readonly burst: number | undefined;
  readonly marginMs: number;
  readonly overdraft: "charge" | "error";
}

const ALGORITHMS: readonly Algorithm[] = [
  "token_bucket",
  "leaky_bucket",
  "sliding_window",
  "fixed_window",
  "gcra",
];
const MOST = 1e12;
const LEAST_SECONDS = 0.001;
const MOST_SECONDS = 31_536_000;

/** The check of each option of a rate. */
export const RATE_CHECKS: { readonly [Name in keyof Required<RateOptions>]: Check } = {
  windowSeconds: (value) =>
    between("windowSeconds", value, `seconds from ${LEAST_SECONDS} to ${MOST_SECONDS}`, isWindow),
  capacity: (value) => quantity("capacity", value),
  algorithm: (value) => oneOf("algorithm", value, ALGORITHMS),
  burst: (value) => quantity("burst", value),
  marginMs: (value) => milliseconds("marginMs", value, 0),
  overdraft: (value) => oneOf("overdraft", value, ["charge", "error"]),
};

/** The options that a rate can't do without. */
export const RATE_REQUIRED: readonly string[] = ["windowSeconds", "capacity"];

/** Fills in what was left out, of options that are each right by themselves. */
export function resolveRate(options: RateOptions): ResolvedRate {
  const { windowSeconds, capacity, algorithm = "sliding_window", burst, marginMs = 0 } = options;
  const isBucket = algorithm === "token_bucket" || algorithm === "gcra";
  if (burst !== undefined && !isBucket)
    throw new RangeError(`burst goes with "token_bucket" and "gcra" only, got ${burst} with "${algorithm}"`);
  if (marginMs > windowSeconds * 1000)
    throw outOfRange("marginMs", `at most the window (${windowSeconds * 1000} ms)`, marginMs);
  return {
    windowSeconds,
    capacity,
    algorithm,
    burst: isBucket ? (burst ?? capacity) : undefined,
    marginMs,
    overdraft: options.overdraft ?? "charge",
  };
}

/** The name of a limit: a string that isn't empty, and that an object can have as an ordinary key. */
export function limitKey(value: unknown): string {
  const key = nonEmptyString("key", value);
  if (key === "__proto__") throw outOfRange("key", 'any name but "__proto__"', value);
  return key;
}

function quantity(name: string, value: unknown): number {
  return between(name, value, `a number above 0, at most ${MOST}`, (number) => number > 0 && number <= MOST);
}

function isWindow(seconds: number): boolean {
  return seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS;
}

function between(name: string, value: unknown, wanted: string, isRight: (value: number) => boolean): number {
  if (typeof value !== "number") throw wrongType(name, wanted, value);
  if (!isRight(value)) throw outOfRange(name, wanted, value);
  return value;
}
