import { type BalancerName, resolveBalancer } from "../balance/names.ts";
import { resolveEngine } from "../engine/registry.ts";
import { standardStreams } from "../engine/standard-streams.ts";
import { limitsHome, type PoolLimits } from "../limits/limits-home.ts";
import { checkRetry, RETRY_HINTS } from "../retry/retry-options.ts";
import {
  aBoolean,
  integer,
  milliseconds,
  nonEmptyString,
  outOfRange,
  plainObject,
  positiveInteger,
  positiveIntegerOrInfinity,
  stringArray,
  wrongType,
} from "../util/check.ts";
import { type Check, checkRecord, type Hints } from "../util/check-record.ts";
import { checkDefaults, checkOptionsOfMode, checkTogether } from "./check-together.ts";
import type { Config, Mode, WorkerOptions } from "./options.ts";

const MODES: readonly Mode[] = ["sync", "async", "thread", "process", "ray"];

const RESTART: Readonly<Record<string, Check>> = {
  maxRestarts: (value) => integer("restart.maxRestarts", value, 0),
  windowMs: (value) => milliseconds("restart.windowMs", value),
};

const HEALTH_CHECK: Readonly<Record<string, Check>> = {
  intervalMs: (value) => milliseconds("healthCheck.intervalMs", value),
  timeoutMs: (value) => milliseconds("healthCheck.timeoutMs", value),
};

const RECYCLE: Readonly<Record<string, Check>> = {
  afterCalls: (value) => positiveInteger("recycle.afterCalls", value),
  aboveHeapBytes: (value) => positiveInteger("recycle.aboveHeapBytes", value),
};

const RESOURCE_LIMITS: Readonly<Record<string, Check>> = Object.fromEntries(
  ["maxOldGenerationSizeMb", "maxYoungGenerationSizeMb", "codeRangeSizeMb", "stackSizeMb"].map((name) => [
    name,
    (value) => checkMegabytes(`resourceLimits.${name}`, value),
  ]),
);

const OPTIONS: { readonly [Name in keyof Required<WorkerOptions>]: Check } = {
  mode: checkMode,
  maxWorkers: (value) => value === "auto" || value === 0 || positiveInteger("maxWorkers", value),
  loadBalancing: (value) => resolveBalancer(value as BalancerName),
  concurrency: (value) => positiveIntegerOrInfinity("concurrency", value),
  limits: (value) => limitsHome(value as PoolLimits),
  unwrapFutures: (value) => aBoolean("unwrapFutures", value),
  maxQueuedCalls: (value) => positiveIntegerOrInfinity("maxQueuedCalls", value),
  timeoutMs: (value) => milliseconds("timeoutMs", value),
  graceMs: (value) => milliseconds("graceMs", value, 0),
  retry: (value) => checkRetry(value),
  restart: (value) => value === false || checkRecord("restart", "option", value, RESTART),
  onDemand: (value) => aBoolean("onDemand", value),
  healthCheck: (value) => checkRecord("healthCheck", "option", value, HEALTH_CHECK),
  recycle: (value) => checkRecord("recycle", "option", value, RECYCLE),
  idleTimeoutMs: (value) => milliseconds("idleTimeoutMs", value),
  minWorkers: (value) => integer("minWorkers", value, 0),
  name: (value) => nonEmptyString("name", value),
  env: checkEnvironment,
  execArgv: (value) => stringArray("execArgv", value),
  resourceLimits: (value) => checkRecord("resourceLimits", "option", value, RESOURCE_LIMITS),
  stdio: standardStreams,
  module: (value) => value instanceof URL || nonEmptyString("module", value),
  startTimeoutMs: (value) => milliseconds("startTimeoutMs", value),
  actorOptions: (value) => plainObject("actorOptions", value),
};

const { module: _module, ...DEFAULTS } = OPTIONS;
const { mode: _mode, ...MODE_DEFAULTS } = DEFAULTS;

/** Where options belong that stand beside the one they are part of. */
const HINTS: Hints = {
  ...RETRY_HINTS,
  maxRestarts: "restart: { maxRestarts }",
  windowMs: "restart: { windowMs }",
};

const SECTIONS: Readonly<Record<string, Check>> = {
  defaults: (value) =>
    checkDefaults(checkRecord('"defaults" of the configuration', "option", value, DEFAULTS, HINTS)),
  ...Object.fromEntries(MODES.map((mode) => [mode, (value: unknown) => checkSection(mode, value)])),
};

/**
 * Checks options; more may be missing than in the end.
 *
 * @param owner Stands in messages, as `"Embedder.options()"`.
 */
export function checkOptions(owner: string, options: unknown): WorkerOptions {
  const checked: WorkerOptions = checkRecord(owner, "option", options, OPTIONS, HINTS);
  checkTogether(checked);
  if (typeof checked.mode === "string") checkOptionsOfMode(checked.mode, checked);
  return checked;
}

/**
 * Checks what `configure` and `withConfig` take.
 *
 * @param owner Stands in messages, as `"configure()"`.
 */
export function checkConfig(owner: string, config: unknown): Config {
  return checkRecord(owner, "section", config, SECTIONS);
}

function checkSection(mode: Mode, section: unknown): void {
  const options: WorkerOptions = checkRecord(
    `"${mode}" of the configuration`,
    "option",
    section,
    MODE_DEFAULTS,
    HINTS,
  );
  checkDefaults(options);
  checkOptionsOfMode(mode, options);
}

/** Whether a mode that exists can be had here is asked when a pool wants it. */
function checkMode(value: unknown): void {
  if (MODES.includes(value as Mode)) return;
  nonEmptyString("The name of an engine", resolveEngine(value as Mode).name);
}

// `process.env` is no plain object, and may be passed as it is.
function checkEnvironment(value: unknown): void {
  if (typeof value !== "object" || value === null) throw wrongType("env", "an object", value);
  for (const [name, item] of Object.entries(value)) {
    if (item !== undefined && typeof item !== "string") throw wrongType(`env.${name}`, "a string", item);
  }
}

function checkMegabytes(name: string, value: unknown): void {
  if (typeof value !== "number") throw wrongType(name, "a number above 0", value);
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw outOfRange(name, "a number above 0", value);
}
