import { oneOf, stringArray } from "../util/check.ts";
import { checkedOptions, configure } from "./config-error.ts";
import {
  limitKey,
  RATE_CHECKS,
  RATE_REQUIRED,
  type RateOptions,
  type ResolvedRate,
  resolveRate,
} from "./rate-options.ts";

/** Options of a {@link CallLimit}. */
export interface CallLimitOptions extends RateOptions {
  /** Its name; several in one set need different ones. Default `"callCount"`. */
  readonly key?: string | undefined;
  /**
   * `"call"`: a pool charges 1 for each call. `"acquire"`: the pool doesn't, each outermost `acquire` does.
   * Default `"call"`.
   */
  readonly charge?: "call" | "acquire" | undefined;
  /** Only these methods are charged. Default: all. */
  readonly methods?: readonly string[] | undefined;
}

/**
 * So many calls in a time.
 *
 * A pool charges it by itself, as each call leaves for its worker. In plain code each `acquire` counts as one call.
 *
 * @throws {TypeError | RangeError} When an option is wrong; `code` is `"LIMIT_CONFIG"`.
 * @example
 * const limits = [new CallLimit({ windowSeconds: 60, capacity: 100 })];
 */
export class CallLimit {
  readonly kind: "call" = "call";
  readonly key: string;
  readonly charge: "call" | "acquire";
  readonly methods: readonly string[] | undefined;
  /** The options, with defaults filled in. */
  readonly rate: ResolvedRate;

  constructor(options: CallLimitOptions) {
    const checked = configure(() => checkedCall(options));
    this.key = checked.key ?? "callCount";
    this.charge = checked.charge ?? "call";
    this.methods = checked.methods && Object.freeze([...checked.methods]);
    this.rate = Object.freeze(configure(() => resolveRate(checked)));
    Object.freeze(this);
  }
}

function checkedCall(options: CallLimitOptions): CallLimitOptions {
  return checkedOptions<CallLimitOptions>(
    "CallLimit",
    options,
    {
      ...RATE_CHECKS,
      key: limitKey,
      charge: (value) => oneOf("charge", value, ["call", "acquire"]),
      methods: (value) => stringArray("methods", value),
    },
    RATE_REQUIRED,
  );
}
