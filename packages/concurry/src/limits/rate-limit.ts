import { checkedOptions, configure } from "./config-error.ts";
import {
  limitKey,
  RATE_CHECKS,
  RATE_REQUIRED,
  type RateOptions,
  type ResolvedRate,
  resolveRate,
} from "./rate-options.ts";

/** Options of a {@link RateLimit}. */
export interface RateLimitOptions extends RateOptions {
  /** Its name, by which `acquire` takes from it. */
  readonly key: string;
}

/**
 * So many units in a time: tokens, bytes, rows.
 *
 * Charged when a request names it.
 *
 * @throws {TypeError | RangeError} When an option is wrong; `code` is `"LIMIT_CONFIG"`.
 * @example
 * const limits = [new RateLimit({ key: "tokens", windowSeconds: 60, capacity: 1000 })];
 */
export class RateLimit {
  readonly kind: "rate" = "rate";
  readonly key: string;
  /** The options, with defaults filled in. */
  readonly rate: ResolvedRate;

  constructor(options: RateLimitOptions) {
    const checks = { ...RATE_CHECKS, key: limitKey };
    const checked = configure(() =>
      checkedOptions<RateLimitOptions>("RateLimit", options, checks, ["key", ...RATE_REQUIRED]),
    );
    this.key = checked.key;
    this.rate = Object.freeze(configure(() => resolveRate(checked)));
    Object.freeze(this);
  }
}
