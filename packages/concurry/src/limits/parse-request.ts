import { outOfRange, wrongType } from "../util/check.ts";
import { checkRecord } from "../util/check-record.ts";
import type { AcquireOptions, Amounts, LimitRequest, LimitUsage } from "./limits.ts";

/** Options of a request, checked. */
export interface CheckedOptions {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
  readonly priority: number | undefined;
}

const NO_OPTIONS: CheckedOptions = { signal: undefined, timeoutMs: undefined, priority: undefined };
const MOST_PRIORITY = 8;

const CHECKS = {
  signal: checkedSignal,
  timeoutMs: checkedTimeout,
  priority: clampedPriority,
};

/**
 * The amounts of a request in either form, not checked; `undefined`: one of each resource.
 *
 * @throws {TypeError} When the request is no object.
 */
export function amountsOf(request: LimitRequest | undefined): Amounts | undefined {
  if (request === undefined) return undefined;
  if (typeof request !== "object" || request === null || Array.isArray(request))
    throw wrongType("The request", "an object with amounts by key", request);
  return isSeedForm(request) ? request.requested : (request as Amounts);
}

/**
 * The options of a request: those beside it win over those inside it.
 *
 * @throws {TypeError | RangeError} When one is wrong.
 */
export function optionsOf(
  request: LimitRequest | undefined,
  options: AcquireOptions | undefined,
): CheckedOptions {
  const isInside = request !== undefined && isSeedForm(request);
  if (options === undefined && !isInside) return NO_OPTIONS;
  const { requested: _amounts, ...inside } = isInside ? request : { requested: undefined };
  const checked = checkRecord("The request", "option", { ...inside, ...options }, CHECKS) as AcquireOptions;
  return {
    signal: checked.signal,
    // Forever is as good as no limit.
    timeoutMs: checked.timeoutMs === Number.POSITIVE_INFINITY ? undefined : checked.timeoutMs,
    priority: clampedPriority(checked.priority),
  };
}

/** Brings what was used into one form. */
export function parseUsage(usage: LimitUsage): Amounts {
  if (typeof usage !== "object" || usage === null || Array.isArray(usage))
    throw wrongType("The usage", "an object with amounts by key", usage);
  if (!("usage" in usage) || typeof usage.usage === "number") return usage as Amounts;
  const inner: unknown = usage.usage;
  if (typeof inner !== "object" || inner === null) throw wrongType("usage", "an object with amounts", inner);
  return inner as Amounts;
}

/** Milliseconds ≥ 0, or `undefined`. */
function checkedTimeout(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "number") throw wrongType("timeoutMs", "milliseconds ≥ 0", value);
  if (!(value >= 0)) throw outOfRange("timeoutMs", "milliseconds ≥ 0", value);
  return value;
}

/** An integer, brought into −8 … 8; or `undefined`. */
function clampedPriority(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "number") throw wrongType("priority", "an integer", value);
  if (!Number.isInteger(value)) throw outOfRange("priority", "an integer", value);
  return Math.min(MOST_PRIORITY, Math.max(-MOST_PRIORITY, value));
}

/** Whether the amounts are under `requested`: a number there is a limit of that name. */
function isSeedForm(request: LimitRequest): request is { readonly requested: Amounts } & AcquireOptions {
  if (!("requested" in request) || typeof request.requested === "number") return false;
  const requested: unknown = request.requested;
  if (typeof requested === "object" && requested !== null && !Array.isArray(requested)) return true;
  throw wrongType("requested", "an object with amounts by key", requested);
}

function checkedSignal(value: unknown): void {
  if (value !== undefined && !(value instanceof AbortSignal))
    throw wrongType("signal", "an AbortSignal", value);
}
