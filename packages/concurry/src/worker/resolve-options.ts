import { availableParallelism } from "node:os";
import type { BalancerName } from "../balance/names.ts";
import type { Engine } from "../engine/engine.ts";
import { resolveEngine } from "../engine/registry.ts";
import { limitsHome } from "../limits/limits-home.ts";
import type { HealthRule, RecycleRule, ResolvedOptions, RestartLimits } from "../pool/resolved-options.ts";
import type { ClassLocator } from "../protocol/frame.ts";
import { classNameOf, type WorkerClass } from "../protocol/worker-class.ts";
import { retryRules } from "../retry/retry.ts";
import { checkRetry } from "../retry/retry-options.ts";
import { positiveInteger } from "../util/check.ts";
import { checkWorkerClass } from "./check-class.ts";
import { checkLimitedMethods } from "./check-limited-methods.ts";
import { checkOptions } from "./check-options.ts";
import { checkOptionsOfMode } from "./check-together.ts";
import { configuredMode, configuredOptions } from "./config.ts";
import { ExportedErrors } from "./exported-errors.ts";
import { locate, rememberVia, takeHints } from "./locate.ts";
import type { WorkerOptions } from "./options.ts";

const DEFAULT_RESTARTS: RestartLimits = { maxRestarts: 5, windowMs: 60_000 };
const DEFAULT_HEALTH: HealthRule = { intervalMs: 10_000, timeoutMs: 5000 };
const NEVER: RecycleRule = { afterCalls: Number.POSITIVE_INFINITY, aboveHeapBytes: Number.POSITIVE_INFINITY };
const DEFAULT_GRACE_MS = 1000;
const DEFAULT_START_TIMEOUT_MS = 60_000;

/** What a pool is to be made of, as far as its options are concerned. */
export interface Subject {
  /** Whose options they are, in messages: `"Embedder.options()"`. */
  readonly owner: string;
  /** Name of the pool, unless it is given one. */
  readonly name: string;
  readonly methods: readonly string[];
  /** Weaker options that the subject has itself, and whose they are. */
  readonly config?: { readonly owner: string; readonly options: unknown };
  /** Which worker gets a call where nobody says. */
  readonly loadBalancing: BalancerName;
  readonly startsLate: boolean;
  /** Where error classes of its workers may be known from, besides its own module. Default: nowhere else. */
  readonly errors?: ExportedErrors;
  /** Tells where a host finds it. @param module The one that the options name. */
  locate(module: string | URL | undefined): ClassLocator;
}

/**
 * Checks a class and the options given for its pool; fills in what is left out: from `static config` on the class,
 * `withConfig`, `configure` for the mode, `configure` for all modes, the defaults.
 *
 * @throws {TypeError} When the class can't be put in a pool, `mode` is missing, or an option is unknown or of the wrong type.
 * @throws {RangeError} When an option is out of range.
 */
export function resolveOptions(
  workerClass: WorkerClass,
  given: unknown,
  errors?: ExportedErrors,
): ResolvedOptions {
  const methods = checkWorkerClass(workerClass);
  const name = classNameOf(workerClass) || "(anonymous)";
  const config = { owner: `static config of ${name}`, options: ownStatic(workerClass, "config") };
  return resolveFor(
    {
      owner: `${name}.options()`,
      name,
      methods,
      config,
      loadBalancing: "round_robin",
      startsLate: false,
      ...(errors === undefined ? {} : { errors }),
      locate: (module) => locate(workerClass, module),
    },
    given,
  );
}

/** The same for anything that a pool can be made of. */
export function resolveFor(subject: Subject, given: unknown): ResolvedOptions {
  const { owner, methods, config, errors = new ExportedErrors() } = subject;
  const own = checkOptions(owner, given ?? {});
  const ofClass = config === undefined ? {} : checkOptions(config.owner, config.options ?? {});
  const engine = engineOf(owner, own.mode ?? ofClass.mode ?? configuredMode());
  const options = firstOf([own, ofClass, ...configuredOptions(engine.name)]);
  checkLimitedMethods(subject.name, options.limits, methods);
  const onDemand = options.onDemand === true && !isInline(engine);
  const maxWorkers = workersOf(engine, own, options);
  return {
    mode: engine.name,
    engine,
    maxWorkers,
    loadBalancing: onDemand ? "random" : (options.loadBalancing ?? subject.loadBalancing),
    concurrency: onDemand ? 1 : (options.concurrency ?? defaultConcurrency(engine)),
    unwrapFutures: options.unwrapFutures ?? true,
    limits: options.limits === undefined ? undefined : limitsHome(options.limits),
    maxQueuedCalls: options.maxQueuedCalls ?? Number.POSITIVE_INFINITY,
    timeoutMs: options.timeoutMs ?? 0,
    graceMs: options.graceMs ?? DEFAULT_GRACE_MS,
    retry: retryOf(options, methods),
    onDemand,
    startsLate: subject.startsLate,
    ...lifeOf(options),
    name: options.name ?? subject.name,
    env: options.env,
    execArgv: options.execArgv,
    resourceLimits: options.resourceLimits as ResolvedOptions["resourceLimits"],
    stdio: onDemand ? undefined : options.stdio,
    startTimeoutMs: options.startTimeoutMs ?? DEFAULT_START_TIMEOUT_MS,
    actorOptions: options.actorOptions,
    methods,
    locate: () => {
      const locator = subject.locate(options.module);
      errors.watch(locator);
      return locator;
    },
    relocate: takeHints,
    rememberVia,
    exported: (name) => errors.named(name),
  };
}

function engineOf(owner: string, mode: WorkerOptions["mode"]): Engine {
  if (mode !== undefined) return resolveEngine(mode);
  throw new TypeError(
    `${owner} needs a mode: "sync", "async", "thread", "process", or an engine. ` +
      "Give it there, in static config of the class, or to configure().",
  );
}

/** How long workers stay, and what follows them. */
function lifeOf({
  healthCheck,
  recycle,
  idleTimeoutMs,
  minWorkers,
  restart,
}: WorkerOptions): Pick<
  ResolvedOptions,
  "healthCheck" | "recycle" | "idleTimeoutMs" | "minWorkers" | "restart"
> {
  return {
    healthCheck: healthCheck && { ...DEFAULT_HEALTH, ...healthCheck },
    recycle: { ...NEVER, ...recycle },
    idleTimeoutMs: idleTimeoutMs ?? 0,
    minWorkers: minWorkers ?? Number.POSITIVE_INFINITY,
    restart: restart === false ? false : { ...DEFAULT_RESTARTS, ...restart },
  };
}

/** The rules of each method, now that the methods are known. */
function retryOf({ retry }: WorkerOptions, methods: readonly string[]): ResolvedOptions["retry"] {
  if (retry !== undefined) checkRetry(retry, methods);
  return retryRules(retry, methods);
}

/** Each option from the first that gives it. */
function firstOf(layers: readonly WorkerOptions[]): WorkerOptions {
  const merged: Record<string, unknown> = {};
  for (const layer of layers) {
    for (const [name, value] of Object.entries(layer)) merged[name] ??= value;
  }
  return merged;
}

function workersOf(engine: Engine, own: WorkerOptions, options: WorkerOptions): number {
  checkOptionsOfMode(engine.name, own);
  // A class or a program may ask for several workers and have one of its pools in another mode.
  if (isInline(engine)) return 1;
  const { maxWorkers, onDemand } = options;
  if (maxWorkers === "auto") return availableParallelism();
  if (onDemand === true) return maxWorkers || Math.max(1, availableParallelism() - 1);
  return positiveInteger("maxWorkers", maxWorkers ?? 1);
}

function defaultConcurrency({ name }: Engine): number {
  return name === "async" ? Number.POSITIVE_INFINITY : 1;
}

function isInline({ name }: Engine): boolean {
  return name === "sync" || name === "async";
}

function ownStatic(workerClass: WorkerClass, name: string): unknown {
  return Object.hasOwn(workerClass, name) ? Reflect.get(workerClass, name) : undefined;
}
