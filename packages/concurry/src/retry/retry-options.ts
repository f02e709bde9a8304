import {
  aFunction,
  integer,
  milliseconds,
  oneOf,
  outOfRange,
  plainObject,
  wrongType,
} from "../util/check.ts";
import { type Check, checkRecord, type Hints } from "../util/check-record.ts";
import type { BackoffAlgorithm } from "./backoff.ts";

/** What a predicate of `retry.on` or `retry.until` is told besides the error or result. */
export interface RetryContext {
  /** Number of the call, unique in its pool; the same for all its attempts. */
  readonly callId: number;
  /** Name of the called method. */
  readonly method: string;
  /** The attempt that has just ended, from 1. */
  readonly attempt: number;
}

/** An error class, or a function that says, at once, whether to try again. */
export type RetryOn =
  | (abstract new (
      ...values: never[]
    ) => Error)
  | ((error: unknown, context: RetryContext) => boolean);

/** A function that says, at once, whether a result will do. */
export type RetryUntil = (result: never, context: RetryContext) => boolean;

/**
 * When and how often a failed call is tried again. Waits and decisions are made on the caller's side: a wait holds no
 * worker, and each attempt is dispatched anew.
 *
 * @example
 * const retry = { retries: 5, on: [RateLimitedError, TimeoutError], waitMs: 200 };
 */
export interface RetryRuleOptions {
  /** Attempts after the first. Integer, 0 or more. Default 3. */
  readonly retries?: number;
  /**
   * Which errors are worth another attempt: classes or predicates, one or an array; any of them suffices. Default: every
   * error of a method, time limits, and limits that could not be granted in time; not a worker that died, since the
   * method may have run.
   */
  readonly on?: RetryOn | readonly RetryOn[];
  /** A result is taken when all of these say true; else the call is tried again. One or an array. Default: none. */
  readonly until?: RetryUntil | readonly RetryUntil[];
  /** How the wait grows from attempt to attempt. Default `"exponential"`. */
  readonly algorithm?: BackoffAlgorithm;
  /** Milliseconds before the second attempt. 0 or more. Default 1000. */
  readonly waitMs?: number;
  /** Milliseconds that no wait exceeds. 1 to 2^31 − 1, the default. */
  readonly maxWaitMs?: number;
  /** Share of each wait that is left to chance. 0 to 1. Default 0.3. */
  readonly jitter?: number;
}

/** Retries of a pool's calls, also per method. */
export interface RetryOptions extends RetryRuleOptions {
  /** Other rules for single methods, by name; what they leave out is taken from here. `false`: no retries. */
  readonly methods?: Readonly<Record<string, RetryRuleOptions | false>>;
}

/** The checks of a rule that stands in messages as `path`. */
function ruleAt(path: string): { readonly [Name in keyof Required<RetryRuleOptions>]: Check } {
  return {
    retries: (value) => integer(`${path}.retries`, value, 0),
    on: (value) => each(value, (item) => checkOn(`${path}.on`, item)),
    until: (value) => each(value, (item) => aFunction(`${path}.until`, item)),
    algorithm: (value) => oneOf(`${path}.algorithm`, value, ["exponential", "linear", "fibonacci"]),
    waitMs: (value) => milliseconds(`${path}.waitMs`, value, 0),
    maxWaitMs: (value) => milliseconds(`${path}.maxWaitMs`, value),
    jitter: (value) => checkJitter(`${path}.jitter`, value),
  };
}

const RULE = ruleAt("retry");

/** Where rules of retries belong that stand beside `retry`. */
export const RETRY_HINTS: Hints = Object.fromEntries(
  ["retries", "waitMs", "maxWaitMs", "jitter"].map((name) => [name, `retry: { ${name} }`]),
);

/**
 * Checks retry options.
 *
 * @param methods The names of the class's methods; undefined where they aren't known yet.
 * @throws {TypeError} For an unknown name or a value of the wrong type; {@link RangeError} for one out of range.
 */
export function checkRetry(value: unknown, methods?: readonly string[]): void {
  refuseCount("retry", "retry", value);
  checkRecord("retry", "option", value, { ...RULE, methods: (map) => checkMethods(map, methods) });
}

/**
 * Checks one rule that is given by another name.
 *
 * @param path Stands in messages, as `"onError"`.
 * @param more Options that stand beside those of the rule.
 * @throws {TypeError} As {@link checkRetry}.
 */
export function checkRetryRule(
  path: string,
  value: unknown,
  more: Readonly<Record<string, Check>>,
  hints: Hints,
): void {
  checkRecord(path, "option", value, { ...ruleAt(path), ...more }, hints);
}

function checkMethods(value: unknown, methods: readonly string[] | undefined): void {
  const entries = Object.entries(plainObject("retry.methods", value));
  const known = methods ?? entries.map(([name]) => name);
  checkRecord(
    "retry.methods",
    "method",
    value,
    Object.fromEntries(
      known.map((name) => [
        name,
        (rule: unknown) => {
          refuseCount(`retry.methods.${name}`, name, rule);
          if (rule !== false) checkRecord(`retry.methods.${name}`, "option", rule, RULE);
        },
      ]),
    ),
  );
}

/** A bare count most likely means how often. */
function refuseCount(path: string, name: string, value: unknown): void {
  if (!Number.isSafeInteger(value) || Number(value) < 0) return;
  throw new TypeError(`${path} must be a plain object, got ${value}; write ${name}: { retries: ${value} }`);
}

function checkJitter(name: string, value: unknown): void {
  if (typeof value !== "number") throw wrongType(name, "a number from 0 to 1", value);
  if (!(value >= 0 && value <= 1)) throw outOfRange(name, "from 0 to 1", value);
}

function checkOn(name: string, item: unknown): void {
  const given = aFunction(name, item) as RetryOn;
  if (isErrorClass(given) || !isClass(given)) return;
  throw wrongType(name, "an error class or a function that says whether to try again", item);
}

/** Whether `on` means the errors of a class. */
export function isErrorClass(item: RetryOn): item is abstract new (...values: never[]) => Error {
  return item === Error || item.prototype instanceof Error;
}

/** Whether a function is a class, as `Map` is: nobody may replace its prototype. `Boolean` answers, too. */
function isClass(item: RetryOn): boolean {
  return item !== Boolean && Object.getOwnPropertyDescriptor(item, "prototype")?.writable === false;
}

function each(value: unknown, check: Check): void {
  for (const item of Array.isArray(value) ? value : [value]) check(item);
}
