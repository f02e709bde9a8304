import type { Balancer } from "../balance/balancer.ts";
import type { Engine } from "../engine/engine.ts";
import type { Limits } from "../limits/limits.ts";
import type { LimitsHome } from "../limits/limits-home.ts";
import type { ClassLocator, LoadHints } from "../protocol/frame.ts";
import type { RetryRule } from "../retry/retry.ts";

/** When a dead worker is started again: at most so many times in so many milliseconds. */
export interface RestartLimits {
  readonly maxRestarts: number;
  readonly windowMs: number;
}

/** When a worker that works is replaced all the same; Infinity = never. */
export interface RecycleRule {
  readonly afterCalls: number;
  readonly aboveHeapBytes: number;
}

/** How often workers are asked whether they are well, and how long they may take to answer. */
export interface HealthRule {
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

/** What a worker class is to a pool. */
export type WorkerClass<T extends object = object> = new (...constructorArguments: never[]) => T;

/** The options of a pool once defaults are filled in and everything is checked: nothing is left open. */
export interface ResolvedOptions {
  /** Name of the mode, as `"thread"`; for an engine of the user's own its name. */
  readonly mode: string;
  readonly engine: Engine;
  readonly maxWorkers: number;
  readonly loadBalancing: string | Balancer;
  /** Calls of one worker that run at once; may be Infinity. */
  readonly concurrency: number;
  readonly unwrapFutures: boolean;
  /** Calls that may wait or run at once; may be Infinity. */
  readonly maxQueuedCalls: number;
  /** Time limit of one attempt; 0 = none. */
  readonly timeoutMs: number;
  readonly graceMs: number;
  /** The limits of this realm, or those of a worker that passes its own on; undefined for none. */
  readonly limits: LimitsHome | Limits | undefined;
  /** Rules of retries by method index; undefined where a call is tried once. */
  readonly retry: readonly (RetryRule | undefined)[];
  readonly restart: RestartLimits | false;
  /** Whether each call has a worker of its own. */
  readonly onDemand: boolean;
  /** Whether workers start with the first call, and not with the pool. */
  readonly startsLate: boolean;
  readonly healthCheck: HealthRule | undefined;
  readonly recycle: RecycleRule;
  /** 0 = workers never end for having nothing to do. */
  readonly idleTimeoutMs: number;
  /** How many stay when all are idle; Infinity = all of them. */
  readonly minWorkers: number;
  readonly name: string;
  readonly env: Readonly<Record<string, string | undefined>> | undefined;
  readonly execArgv: readonly string[] | undefined;
  readonly resourceLimits: Readonly<Record<string, number>> | undefined;
  readonly stdio: unknown;
  readonly startTimeoutMs: number;
  readonly actorOptions: Readonly<Record<string, unknown>> | undefined;
  /** Names of the class's public methods; a call names one by its place in this list. */
  readonly methods: readonly string[];
  /**
   * Tells where a host finds the class. Not asked for in engines of the caller's own realm.
   *
   * @throws {WorkerNotFoundError} When no file is known.
   */
  locate(): ClassLocator;
  /** What to try after a host that could not load the class asked for `hints`; undefined when that was tried before. */
  relocate(locator: ClassLocator, hints: LoadHints): ClassLocator | undefined;
  /** Told how a host that is ready found the class, so that later ones need not search. */
  rememberVia(locator: ClassLocator, via: string): void;
  /** The error class that the module of the worker class exports under this name, where that is known here. */
  exported(name: string): unknown;
}
