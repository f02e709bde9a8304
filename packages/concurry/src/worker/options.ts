import type { Balancer } from "../balance/balancer.ts";
import type { BalancerName } from "../balance/names.ts";
import type { Engine } from "../engine/engine.ts";
import type { StandardStream } from "../engine/standard-streams.ts";
import type { PoolLimits } from "../limits/limits-home.ts";
import type { RetryOptions } from "../retry/retry-options.ts";

/**
 * Where workers run: `"sync"` on the spot, `"async"` on the caller's event loop, `"thread"` and `"process"` each in
 * one of its own, `"ray"` on a cluster.
 */
export type Mode = "sync" | "async" | "thread" | "process" | "ray";

/** How often a dead worker is started again. */
export interface RestartOptions {
  /** Restarts of one worker within `windowMs`; one more death is for good. Integer, 0 or more. Default 5. */
  readonly maxRestarts?: number;
  /** Milliseconds that a death counts. 1 or more. Default 60 000. */
  readonly windowMs?: number;
}

/** How workers are asked whether they are well. */
export interface HealthCheckOptions {
  /** Milliseconds from one question to the next. 1 or more. Default 10 000. */
  readonly intervalMs?: number;
  /** Milliseconds to answer in. 1 or more. Default 5000. */
  readonly timeoutMs?: number;
}

/** When a worker is replaced though it works; whichever comes first. */
export interface RecycleOptions {
  /** Calls after which a worker is replaced. Integer, 1 or more. Default: never. */
  readonly afterCalls?: number;
  /**
   * Size of its JavaScript heap in bytes above which a worker is replaced, one after the other; looked at twice a second
   * at most. 1 or more; not in `sync` and `async` mode, where the heap is the caller's. Default: never.
   */
  readonly aboveHeapBytes?: number;
}

/** Limits of a worker's JavaScript engine, as those of `node:worker_threads`. */
export interface ResourceLimits {
  /** Size of the main heap in MiB. */
  readonly maxOldGenerationSizeMb?: number;
  /** Size of the heap for young objects in MiB. */
  readonly maxYoungGenerationSizeMb?: number;
  /** Size of the memory for generated code in MiB. */
  readonly codeRangeSizeMb?: number;
  /** Size of a thread's stack in MiB. */
  readonly stackSizeMb?: number;
}

/**
 * Options of a pool. Everything but `mode` may be left out, and `mode` too where `static config` or `configure`
 * gives it.
 */
export interface WorkerOptions<M extends Mode | Engine = Mode | Engine> {
  /** Where workers run; or an engine of your own. Never replaced by another mode when it is not available. */
  readonly mode?: M;
  /**
   * How many workers. Integer, 1 or more, or `"auto"`: as many as the machine runs at once
   * (`os.availableParallelism()`). In `sync` and `async` mode 1 only. Default 1; with `onDemand` one less than the
   * machine runs at once, but 1 at least, which 0 stands for, too.
   */
  readonly maxWorkers?: MaxWorkers<M>;
  /** Which worker gets a call: a name, or an object of your own. Default `"round_robin"`. */
  readonly loadBalancing?: BalancerName | Balancer;
  /**
   * Calls of one worker that run at once. Integer, 1 or more, or Infinity. 1 makes an actor: one call at a time, in
   * order, even across `await`. Default 1; in `async` mode Infinity.
   */
  readonly concurrency?: number;
  /**
   * Rates and resources that the workers share: a list of limits, which the pool owns; a `LimitSet` or `LimitPool`, which
   * several pools may share; or a worker's own `this.limits`. Default: none.
   */
  readonly limits?: PoolLimits;
  /** Whether promises among the arguments are awaited before the call goes to its worker. Default true. */
  readonly unwrapFutures?: boolean;
  /**
   * Calls of the pool that may wait or run at once; one more rejects with `QueueFullError`, and `ready()` waits for
   * room. Integer, 1 or more, or Infinity. Default Infinity.
   */
  readonly maxQueuedCalls?: number;
  /**
   * Milliseconds that one attempt of a call may run, from the moment its method starts; past it the call rejects with
   * `TimeoutError`. 1 or more. Default: as long as it takes.
   */
  readonly timeoutMs?: number;
  /**
   * Milliseconds that a method may go on after its call was cancelled or timed out; then its thread or process is
   * replaced, with `concurrency` 1. 0 or more. Default 1000.
   */
  readonly graceMs?: number;
  /** When and how often a failed call is tried again. Default: never. */
  readonly retry?: RetryOptions;
  /** How often a dead worker is started again; false: never. Default 5 times in 60 s. */
  readonly restart?: RestartOptions | false;
  /**
   * A fresh worker for each call, ended after it: at most `maxWorkers` at once, the other calls wait in order. Not in
   * `sync` and `async` mode. Default false.
   *
   * @example
   * const pool = Embedder.options({ mode: "process", onDemand: true, maxWorkers: 2 }).init("./model.bin");
   */
  readonly onDemand?: boolean;
  /**
   * Asks workers now and then whether they are well: by a heartbeat, and by their `healthCheck()` where the class has
   * one. A worker that says no, throws, or is silent is replaced. One that is silent because a call keeps its event loop
   * busy is left alone. Default: off.
   *
   * @example
   * Embedder.options({ mode: "process", healthCheck: { intervalMs: 5000, timeoutMs: 1000 } });
   */
  readonly healthCheck?: HealthCheckOptions;
  /** Replaces workers between calls after so many of them, or when their heap has grown. Default: never. */
  readonly recycle?: RecycleOptions;
  /**
   * Milliseconds without a call after which a worker is ended, down to `minWorkers` of them; a call that finds all others
   * busy starts one again. 1 or more. Default: workers stay.
   */
  readonly idleTimeoutMs?: number;
  /** How many workers stay when all are idle. Integer from 0 to `maxWorkers`. Default: all of them. */
  readonly minWorkers?: number;
  /** Name in stats and errors, and of threads and processes. Default: the name of the class. */
  readonly name?: string;
  /** Environment variables of the thread or process, besides those of this one; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Flags of Node for the thread or process, in place of those of this one. */
  readonly execArgv?: readonly string[];
  /** Limits of a thread's JavaScript engine; for processes there are flags in `execArgv`. Default: those of Node. */
  readonly resourceLimits?: ResourceLimits;
  /**
   * Where stdin, stdout and stderr go: `"inherit"` or `"ignore"`, of a process also a file descriptor or a stream; one for
   * all, or a list of three. Default `"inherit"`.
   */
  readonly stdio?: StandardStream | readonly StandardStream[];
  /** The module of the class, a path or `file:` URL, for loaders where it can't be found. Default: it is found. */
  readonly module?: string | URL;
  /**
   * Milliseconds for a worker to load its module, construct and run `onStart`; past it calls reject with
   * `WorkerStartError`. 1 or more. Default 60 000.
   */
  readonly startTimeoutMs?: number;
  /** Options of the engine, passed on as they are. */
  readonly actorOptions?: Readonly<Record<string, unknown>>;
}

/** `maxWorkers` by mode: where workers share the caller's thread there is one. */
type MaxWorkers<M> = [M] extends ["sync" | "async"] ? 1 : number | "auto";

/** Defaults for the pools of a program, or of the code inside a function. */
export interface Config {
  /** For pools of all modes. May give the mode itself. */
  readonly defaults?: Omit<WorkerOptions, "module">;
  readonly sync?: ModeConfig<"sync">;
  readonly async?: ModeConfig<"async">;
  readonly thread?: ModeConfig<"thread">;
  readonly process?: ModeConfig<"process">;
  readonly ray?: ModeConfig<"ray">;
}

/** Defaults for the pools of one mode. */
export type ModeConfig<M extends Mode> = Omit<WorkerOptions<M>, "mode" | "module">;
