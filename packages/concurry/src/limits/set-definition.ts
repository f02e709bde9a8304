import {
  aFunction,
  integer,
  nonEmptyString,
  oneOf,
  outOfRange,
  plainObject,
  wrongType,
} from "../util/check.ts";
import { checkRecord } from "../util/check-record.ts";
import { CallLimit } from "./call-limit.ts";
import { configure } from "./config-error.ts";
import { systemLimitClock } from "./limit-clock.ts";
import { isGate, type LimitGate } from "./limit-gate.ts";
import type { LimitClock } from "./limits.ts";
import { RateLimit } from "./rate-limit.ts";
import { ResourceLimit } from "./resource-limit.ts";

/** A member of a set of limits. */
export type Limit = CallLimit | RateLimit | ResourceLimit | LimitGate;

/** Options of a `LimitSet`. */
export interface LimitSetOptions {
  /**
   * `"shared"`: one count for all that use the set. `"worker"`: one for each worker, kept when it is restarted.
   * Default `"shared"`.
   */
  readonly scope?: "shared" | "worker" | undefined;
  /** Stands in stats and messages. Default: none; in a `LimitPool` `"set0"`, `"set1"`, … */
  readonly name?: string | undefined;
  /** Facts for whoever gets a lease of this set: an API key, a region. Frozen; must be cloneable. Default `{}`. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
  /** How many requests may wait at once; integer ≥ 0 or Infinity. Past it: `LIMIT_QUEUE_FULL`. Default Infinity. */
  readonly maxWaiters?: number | undefined;
  /** What happens to names that no limit has: `"error"` refuses the request, `"ignore"` skips them. Default `"error"`. */
  readonly unknownKeys?: "error" | "ignore" | undefined;
  /** Time and timers. Default: the real ones. */
  readonly clock?: LimitClock | undefined;
}

/** A set as it was defined, with every default filled in. */
export interface SetDefinition {
  readonly limits: readonly Exclude<Limit, LimitGate>[];
  readonly gates: readonly LimitGate[];
  readonly scope: "shared" | "worker";
  readonly name: string | undefined;
  readonly config: Readonly<Record<string, unknown>>;
  readonly maxWaiters: number;
  readonly unknownKeys: "error" | "ignore";
  readonly clock: LimitClock;
}

const CHECKS = {
  scope: (value: unknown) => oneOf("scope", value, ["shared", "worker"]),
  name: (value: unknown) => nonEmptyString("name", value),
  config: (value: unknown) => plainObject("config", value),
  maxWaiters: (value: unknown) => value === Number.POSITIVE_INFINITY || integer("maxWaiters", value, 0),
  unknownKeys: (value: unknown) => oneOf("unknownKeys", value, ["error", "ignore"]),
  clock: (value: unknown) => {
    const clock = value as Partial<Record<string, unknown>> | null;
    for (const name of ["now", "set", "clear"]) aFunction(`clock.${name}`, clock?.[name]);
  },
};

/**
 * Checks the members and options of a set.
 *
 * @throws {TypeError | RangeError} When one is wrong; `code` is `"LIMIT_CONFIG"`.
 */
export function defineSet(limits: readonly Limit[], options: LimitSetOptions = {}): SetDefinition {
  return configure(() => {
    checkMembers(limits);
    const checked = checkRecord("LimitSet", "option", options, CHECKS) as LimitSetOptions;
    return {
      limits: limits.filter((limit): limit is Exclude<Limit, LimitGate> => !isGate(limit)),
      gates: limits.filter(isGate),
      scope: checked.scope ?? "shared",
      name: checked.name,
      config: Object.freeze({ ...checked.config }),
      maxWaiters: checked.maxWaiters ?? Number.POSITIVE_INFINITY,
      unknownKeys: checked.unknownKeys ?? "error",
      clock: checked.clock ?? systemLimitClock,
    };
  });
}

function checkMembers(limits: unknown): void {
  if (!Array.isArray(limits)) throw wrongType("limits", "an array of limits", limits);
  const keys = new Set<string>();
  for (const [index, limit] of limits.entries()) {
    if (!isLimit(limit)) throw notALimit(index, limit);
    if (keys.has(limit.key)) throw outOfRange(`limits[${index}].key`, "different from the others", limit.key);
    keys.add(limit.key);
  }
}

function isLimit(value: unknown): value is Limit {
  return (
    value instanceof CallLimit ||
    value instanceof RateLimit ||
    value instanceof ResourceLimit ||
    isGate(value)
  );
}

function notALimit(index: number, value: unknown): TypeError {
  const isSet =
    typeof value === "object" &&
    value !== null &&
    typeof (value as { acquire?: unknown }).acquire === "function";
  const wanted = "a CallLimit, RateLimit, ResourceLimit or LimitGate";
  if (!isSet) return wrongType(`limits[${index}]`, wanted, value);
  return new TypeError(
    `limits[${index}] must be ${wanted} (several sets make a LimitPool), got a set of limits`,
  );
}
