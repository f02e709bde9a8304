import type {
  ArrayBufferOrPort,
  Engine,
  Limits,
  MethodRef,
  Pool,
  RetryRuleOptions,
  WorkerOptions,
} from "concurry";
import type { ElementIndex } from "../elements/element-index.ts";
import type { Outcome } from "../elements/outcome.ts";

/**
 * Where a stage runs: `"sync"` inline, one element at a time; `"async"` on the event loop; `"thread"` and `"process"` in
 * workers of its own; or an engine.
 */
export type StageMode = "sync" | "async" | "thread" | "process" | "ray" | Engine;

/** What becomes of an element whose function failed. */
export type ErrorPolicy = "fail" | "skip" | "yield";

/** Retries of a stage, as those of a pool, and what happens when they are used up. */
export interface RetryPolicy<Then extends ErrorPolicy = ErrorPolicy> extends RetryRuleOptions {
  /** What becomes of an element that failed each time. Default `"fail"`. */
  readonly then?: Then;
}

/** What becomes of an element that took too long. */
export type TimeoutPolicy = "drop" | "fail" | "yield";

/** What may become of an element that failed in a stage that yields nothing. */
export type SilentPolicy = "fail" | "skip" | RetryPolicy<"fail" | "skip">;

/** One worker of a stage, as its functions see it. */
export interface WorkerInfo {
  /** From 0 to one less than `workers`; 0 in sync and async mode. */
  readonly index: number;
  /** Unique among all workers of the program; another one after a restart. */
  readonly id: string;
  readonly mode: string;
  /** The limits of the stage; without any everything is granted at once. */
  readonly limits: Limits;
}

/** What `onDone` is told. */
export interface DoneStatus {
  /** Workers of the stage that are still at work. */
  readonly activeWorkers: number;
  /** True when no worker of the stage is. */
  readonly done: boolean;
  /** Why the stage ends. */
  readonly reason: EndReason;
  readonly worker: WorkerInfo;
}

/** Why a stage ends: the input did, something failed, the reader left, or somebody stopped the run. */
export type EndReason = "end" | "error" | "break" | "abort";

/** Names that resources can't have. */
export type ContextName = "index" | "worker" | "signal";

/** The resources of a worker. */
export type Resources = object;

/** What a stage's function gets besides its value: where it runs, and what `onStart` returned, by name. */
export type Context<R extends Resources = object> = Readonly<
  {
    /** Place of the element. */
    index: ElementIndex;
    worker: WorkerInfo;
    /** Aborts when the time limit has passed or the run is stopped. */
    signal: AbortSignal;
  } & R
>;

/** The function of a stage. */
export type StageFunction<A, B, R extends Resources = object> = (
  value: A,
  ctx: Context<R>,
) => B | PromiseLike<B>;

/** What a stage calls: a function, or a method of a worker class. */
export type StageCall<A, B, R extends Resources = object> = StageFunction<A, B, R> | MethodRef<A, B>;

/** What a `flatMap` takes apart. */
export type Several<B> = Iterable<B> | AsyncIterable<B>;

/** What `onStart` may return: resources without the names of a context's own. */
export type StartResult<R extends Resources> =
  | (R & { readonly [Name in ContextName]?: never })
  // biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing.
  | void;

/** The options of a pool that a stage in threads or processes may have, too. */
export type StagePoolOptions = Pick<
  WorkerOptions,
  | "limits"
  | "restart"
  | "recycle"
  | "healthCheck"
  | "env"
  | "execArgv"
  | "resourceLimits"
  | "stdio"
  | "module"
  | "actorOptions"
>;

/**
 * Options of a stage; all may be left out.
 *
 * @example
 * pipeline(urls).map(fetchText, { mode: "async", workers: 100, timeoutMs: 5000, onError: "skip" });
 */
export interface StageOptions<
  A,
  R extends Resources = object,
  E extends ErrorPolicy | RetryPolicy = ErrorPolicy | RetryPolicy,
  T extends TimeoutPolicy = TimeoutPolicy,
> extends StagePoolOptions {
  /** Where the function runs. Default `"sync"`. */
  readonly mode?: StageMode;
  /**
   * Elements that are worked on at once: workers of a pool, or calls on the event loop. Integer, 1 or more, or `"auto"`:
   * as many as the machine runs at once; in async mode also Infinity. In sync mode only 1. Default 1; with `pool` as many
   * as it takes at once.
   */
  readonly workers?: number | "auto";
  /** A running pool, which this stage shares with others and never stops. Not with `mode`, `onStart`, `onDone`. */
  readonly pool?: Pool | object;
  /**
   * Elements that wait in front of the stage. Integer, 0 or more, or Infinity; 0 is Infinity. Ignored in sync mode, where
   * nothing waits. Default twice `workers`.
   */
  readonly maxsize?: number;
  /**
   * Milliseconds that one attempt may take, the function alone; of a `flatMap` the function and each item that follows.
   * 1 or more; not in sync mode. Default: as long as it takes.
   */
  readonly timeoutMs?: number;
  /** What becomes of an element that took too long. Default `"drop"`. */
  readonly onTimeout?: T;
  /** What becomes of an element whose function failed; an object: it is tried again before. Default `"fail"`. */
  readonly onError?: E;
  /**
   * Makes the resources of a worker: a plain object, whose entries the context then has. Thread, process: once per
   * worker. Sync, async: once per run.
   */
  onStart?(worker: WorkerInfo): StartResult<R> | PromiseLike<StartResult<R>>;
  /** Takes the resources of a worker down again. Runs however the run ends. */
  onDone?(resources: Readonly<R>, status: DoneStatus): unknown;
  /** Called here, for a worker that had to be killed, so that its `onDone` could not run. */
  readonly onLost?: (worker: Omit<WorkerInfo, "limits">, reason: unknown) => void;
  /** Milliseconds that a function may go on after its time limit before its thread or process is replaced. Default 100. */
  readonly graceMs?: number;
  /** Called here: what of an input shall move to the worker instead of being copied. */
  readonly transfer?: (value: A) => readonly ArrayBufferOrPort[];
  /** In stats, errors and titles. Default: the name of the function. */
  readonly name?: string;
}

/** What a stage yields: outcomes where errors or time limits are yielded, else plain results. */
export type Yielded<B, E, T> = E extends "yield" | { readonly then: "yield" }
  ? Outcome<B>
  : T extends "yield"
    ? Outcome<B>
    : B;
