import { RetryError } from "../errors/call-errors.ts";
import { ConcurryError } from "../errors/concurry-error.ts";
import { LONGEST_MS } from "../util/check.ts";
import { type Backoff, backoffMs } from "./backoff.ts";
import { answerOf } from "./predicate.ts";
import {
  isErrorClass,
  type RetryContext,
  type RetryOn,
  type RetryOptions,
  type RetryRuleOptions,
  type RetryUntil,
} from "./retry-options.ts";

const DEFAULTS = {
  retries: 3,
  algorithm: "exponential",
  waitMs: 1000,
  maxWaitMs: LONGEST_MS,
  jitter: 0.3,
} as const;

// Of our own errors, those that another attempt may well not meet again.
const PASSING_CODES: ReadonlySet<string> = new Set([
  "TIMEOUT",
  "LIMIT_TIMEOUT",
  "LIMIT_QUEUE_FULL",
  "LIMIT_STORE",
]);

/** The rule for one method; it keeps nothing of single calls. */
export class RetryRule {
  readonly #retries: number;
  readonly #on: readonly RetryOn[] | undefined;
  readonly #until: readonly RetryUntil[];
  readonly #backoff: Backoff;
  readonly #random: () => number;

  constructor(options: RetryRuleOptions, random: () => number = Math.random) {
    const { retries, algorithm, waitMs, maxWaitMs, jitter } = DEFAULTS;
    this.#retries = options.retries ?? retries;
    this.#on = options.on === undefined ? undefined : listOf(options.on);
    this.#until = options.until === undefined ? [] : listOf(options.until);
    this.#backoff = {
      algorithm: options.algorithm ?? algorithm,
      waitMs: options.waitMs ?? waitMs,
      maxWaitMs: options.maxWaitMs ?? maxWaitMs,
      jitter: options.jitter ?? jitter,
    };
    this.#random = random;
  }

  /** True when results have to be looked at, too. */
  get judgesResults(): boolean {
    return this.#until.length > 0;
  }

  /** Whether `result` will do. */
  accepts(result: unknown, context: RetryContext): boolean {
    return this.#until.every((predicate) =>
      answerOf("retry.until", predicate, predicate(result as never, context)),
    );
  }

  /** Whether `error` is one that is worth another attempt. */
  takes(error: unknown, context: RetryContext): boolean {
    if (this.#on === undefined) return isPassing(error);
    return this.#on.some((item) =>
      isErrorClass(item) ? error instanceof item : answerOf("retry.on", item, item(error, context)),
    );
  }

  /** Milliseconds to wait after this attempt; undefined when it was the last. */
  waitAfter(attempt: number): number | undefined {
    return attempt > this.#retries ? undefined : backoffMs(this.#backoff, attempt, this.#random);
  }
}

/** The rules of a pool's methods, by index; undefined where a call is tried once. */
export function retryRules(
  options: RetryOptions | undefined,
  methods: readonly string[],
): readonly (RetryRule | undefined)[] {
  if (options === undefined) return methods.map(() => undefined);
  const { methods: ofMethods = {}, ...common } = options;
  const rule = new RetryRule(common);
  return methods.map((name) => {
    const own = Object.hasOwn(ofMethods, name) ? ofMethods[name] : undefined;
    if (own === undefined) return rule;
    return own === false ? undefined : new RetryRule({ ...common, ...own });
  });
}

/** The error of the last attempt, with those of the attempts before. */
export function withPrevious(error: unknown, previous: readonly unknown[]): unknown {
  if (previous.length === 0 || !(error instanceof Error) || !Object.isExtensible(error)) return error;
  Object.defineProperty(error, "previousErrors", { value: previous, configurable: true, writable: true });
  return error;
}

/** The error for a call whose results never would do. */
export function usedUp(method: string, results: readonly unknown[]): RetryError {
  const attempts = results.length === 1 ? "1 attempt" : `${results.length} attempts`;
  return new RetryError(`"${method}" gave no result that retry.until takes in ${attempts}.`, { results });
}

function isPassing(error: unknown): boolean {
  return !(error instanceof ConcurryError) || PASSING_CODES.has(error.code);
}

function listOf<T>(oneOrMany: T | readonly T[]): readonly T[] {
  return Array.isArray(oneOrMany) ? (oneOrMany as readonly T[]) : [oneOrMany as T];
}
