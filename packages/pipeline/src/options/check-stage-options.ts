import { availableParallelism } from "node:os";
import {
  aFunction,
  type Check,
  checkRetryRule,
  isPlainObject,
  milliseconds,
  nearest,
  nonEmptyString,
  oneOf,
  outOfRange,
  positiveInteger,
  RetryRule,
  wrongType,
} from "concurry/internal";
import { checkOptions } from "./check-options.ts";
import type {
  ErrorPolicy,
  StageMode,
  StageOptions,
  StagePoolOptions,
  TimeoutPolicy,
} from "./stage-options.ts";

/** Stage options, checked and filled. */
export interface ResolvedStageOptions {
  readonly mode: StageMode;
  /** False where the caller said nothing about where to run. */
  readonly hasMode: boolean;
  readonly workers: number;
  readonly hasWorkers: boolean;
  readonly pool: object | undefined;
  readonly maxsize: number;
  readonly hasMaxsize: boolean;
  readonly timeoutMs: number | undefined;
  readonly onTimeout: TimeoutPolicy;
  readonly onError: ErrorPolicy;
  readonly retry: RetryRule | undefined;
  /** Whether results come as outcomes. */
  readonly yieldsOutcomes: boolean;
  readonly onStart: StageOptions<unknown>["onStart"];
  readonly onDone: StageOptions<unknown>["onDone"];
  readonly onLost: StageOptions<unknown>["onLost"];
  readonly graceMs: number;
  readonly transfer: StageOptions<unknown>["transfer"];
  readonly name: string | undefined;
  readonly poolOptions: StagePoolOptions;
}

const MODES = ["sync", "async", "thread", "process", "ray"] as const;
// What they are called elsewhere.
const MODE_HINTS: Readonly<Record<string, string>> = { task: "async" };
const RETRY_HINTS = { retry: '"retries"', attempts: '"retries"' };
const POLICIES: readonly ErrorPolicy[] = ["fail", "skip", "yield"];

const POOL_OPTIONS = [
  "limits",
  "restart",
  "recycle",
  "healthCheck",
  "env",
  "execArgv",
  "resourceLimits",
  "stdio",
  "module",
  "actorOptions",
] as const;

const OPTIONS: { readonly [Name in keyof Required<StageOptions<unknown>>]: Check } = {
  mode: checkMode,
  workers: (value) =>
    value === "auto" || value === Number.POSITIVE_INFINITY || positiveInteger("workers", value),
  pool: (value) => {
    if (typeof value !== "object" || value === null) throw wrongType("pool", "a pool", value);
  },
  maxsize: checkMaxsize,
  timeoutMs: (value) => milliseconds("timeoutMs", value),
  onTimeout: (value) => oneOf("onTimeout", value, ["drop", "fail", "yield"]),
  onError: checkOnError,
  onStart: (value) => aFunction("onStart", value),
  onDone: (value) => aFunction("onDone", value),
  onLost: (value) => aFunction("onLost", value),
  graceMs: (value) => milliseconds("graceMs", value, 0),
  transfer: (value) => aFunction("transfer", value),
  name: (value) => nonEmptyString("name", value),
  limits: unchecked,
  restart: unchecked,
  recycle: unchecked,
  healthCheck: unchecked,
  env: unchecked,
  execArgv: unchecked,
  resourceLimits: unchecked,
  stdio: unchecked,
  module: unchecked,
  actorOptions: unchecked,
};

/**
 * Checks the options of a stage and fills them.
 *
 * @param owner Stands in messages, as `"map()"`.
 * @throws {TypeError} For an unknown option or one of the wrong type; a `RangeError` for one out of range.
 */
export function resolveStageOptions(owner: string, given: unknown = {}): ResolvedStageOptions {
  if (Array.isArray(given))
    throw new TypeError(
      `The options of ${owner} must be a plain object, got an array; the source goes to pipeline(source)`,
    );
  const options: StageOptions<unknown> = checkOptions(owner, given, OPTIONS);
  const { mode = "sync", pool, timeoutMs, onTimeout = "drop", onStart, onDone } = options;
  checkTogether(options, mode);
  const policy = policyOf(options.onError ?? "fail");
  const { workers: asked = 1 } = options;
  const workers = asked === "auto" ? availableParallelism() : asked;
  const poolOptions = Object.fromEntries(
    POOL_OPTIONS.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  );
  return {
    mode,
    hasMode: options.mode !== undefined,
    workers,
    hasWorkers: options.workers !== undefined,
    pool,
    maxsize: maxsizeOf(options, workers),
    hasMaxsize: options.maxsize !== undefined,
    timeoutMs,
    onTimeout,
    ...policy,
    yieldsOutcomes: policy.onError === "yield" || onTimeout === "yield",
    onStart,
    onDone,
    onLost: options.onLost,
    graceMs: options.graceMs ?? 100,
    transfer: options.transfer,
    name: options.name,
    poolOptions,
  };
}

function checkMode(value: unknown): void {
  if (typeof value === "object" && value !== null) return;
  if (typeof value !== "string") oneOf("mode", value, MODES);
  const word = String(value);
  if (MODES.some((mode) => mode === word)) return;
  const near = Object.hasOwn(MODE_HINTS, word) ? MODE_HINTS[word] : nearest(word, MODES);
  const { message } = outOfRange("mode", `one of ${MODES.map((mode) => `"${mode}"`).join(", ")}`, value);
  throw new RangeError(near === undefined ? message : `${message}; did you mean "${near}"?`);
}

/** The options of the stage's pool check it. */
function unchecked(): void {}

/** Elements that a queue takes: 0 means any number. */
export function checkMaxsize(value: unknown): void {
  const wanted = "an integer of at least 0, or Infinity";
  if (typeof value !== "number") throw wrongType("maxsize", wanted, value);
  const isFine = value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && value >= 0);
  if (!isFine) throw outOfRange("maxsize", wanted, value);
}

function checkTogether(options: StageOptions<unknown>, mode: StageMode): void {
  const { pool, workers = 1, timeoutMs } = options;
  if (pool !== undefined) {
    for (const name of ["mode", "onStart", "onDone"] as const)
      if (options[name] !== undefined)
        throw new TypeError(`pool and ${name} exclude each other: the pool runs already`);
    return;
  }
  if (mode === "sync") {
    if (workers !== 1)
      throw new RangeError(
        `workers must be 1 in sync mode, got ${workers}; for several use mode "async", "thread" or "process"`,
      );
    if (timeoutMs !== undefined)
      throw new TypeError(
        'timeoutMs can\'t be enforced in sync mode, got a stage with both; use mode "async", "thread" or "process"',
      );
  } else if (workers === Number.POSITIVE_INFINITY) {
    if (mode !== "async") throw outOfRange("workers", "an integer of at least 1 but in async mode", workers);
    if (options.maxsize !== 0 && options.maxsize !== workers)
      throw new RangeError("maxsize must be 0 or Infinity where workers is Infinity");
  }
  refuseOptionsOfPools(options, mode);
}

function refuseOptionsOfPools(options: StageOptions<unknown>, mode: StageMode): void {
  if (mode !== "sync" && mode !== "async") return;
  const found = [...POOL_OPTIONS, "transfer" as const].find(
    (name) => name !== "limits" && options[name] !== undefined,
  );
  if (found === undefined) return;
  throw new TypeError(`${found} is for workers in threads or processes, got mode "${mode}"`);
}

function maxsizeOf({ maxsize }: StageOptions<unknown>, workers: number): number {
  return maxsize === undefined ? 2 * workers : maxsize || Number.POSITIVE_INFINITY;
}

function policyOf(given: StageOptions<unknown>["onError"] & {}): {
  readonly onError: ErrorPolicy;
  readonly retry: RetryRule | undefined;
} {
  if (typeof given === "string") return { onError: given, retry: undefined };
  const { then: onError = "fail", ...rule } = given;
  return { onError, retry: new RetryRule(rule) };
}

function checkOnError(value: unknown): void {
  if (typeof value === "string") {
    oneOf("onError", value, POLICIES);
    return;
  }
  if (!isPlainObject(value))
    throw wrongType("onError", '"fail", "skip", "yield" or rules for retries', value);
  if ("methods" in value) throw new TypeError('onError has no option "methods": a stage has one function');
  // biome-ignore lint/suspicious/noThenProperty: the name of an option.
  const own = { then: (given: unknown) => oneOf("onError.then", given, POLICIES) };
  checkRetryRule("onError", value, own, RETRY_HINTS);
}
