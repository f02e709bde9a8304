import type { Future } from "../future/future.ts";
import type { Stream } from "../future/stream.ts";
import type { CallOptions } from "./call-options.ts";
import type { PoolEvents } from "./pool-events.ts";
import type { PoolStats, WorkerStats } from "./pool-stats.ts";
import type { ReservedName } from "./reserved-names.ts";
import type { UnwrappedArguments } from "./unwrapped.ts";

export type * from "./pool-events.ts";
export type * from "./pool-stats.ts";

/**
 * A running pool of workers of class `T`: the class's own public methods, each returning a {@link Future} (generator
 * methods: a {@link Stream}), and the members of {@link PoolMembers}.
 *
 * Two limits of the language: a generic method's type parameter becomes its constraint, and of overloads the last
 * one counts. Such a pool gets its type by hand, the better signature first:
 * `init() as { id<V>(value: V): Future<V> } & Pool<X>`.
 *
 * @example
 * function embedAll(pool: Pool<Embedder>, texts: readonly string[]): Promise<Float32Array[]> {
 *   return Promise.all(texts.map((text) => pool.embed(text)));
 * }
 */
export type Pool<T extends object = object> = PoolMethods<T> & PoolMembers<T>;

/** The public methods of `T`; each takes promises in place of values and returns a future, or the stream of its items. */
export type PoolMethods<T> = {
  [Name in keyof T as MethodName<T, Name>]: NonNullable<T[Name]> extends (
    ...values: infer Arguments
  ) => infer Result
    ? (
        ...values: UnwrappedArguments<Arguments>
      ) => IsStream<Result> extends true ? StreamOf<Result> : Future<Awaited<Result>>
    : never;
};

/** The public methods of `T` but for generators; each returns what all workers returned. */
export type BroadcastMethods<T> = {
  [Name in keyof T as T[Name] extends StreamMethod<T[Name]> ? never : MethodName<T, Name>]: NonNullable<
    T[Name]
  > extends (...values: infer Arguments) => infer Result
    ? (...values: UnwrappedArguments<Arguments>) => Promise<Awaited<Result>[]>
    : never;
};

/** How `stop` ends a pool. */
export interface StopOptions {
  /**
   * `"drain"`: calls that were accepted are finished first. `"cancel"`: they reject with `CancelledError`, and what
   * runs is ended. Default `"drain"`.
   */
  readonly mode?: "drain" | "cancel";
  /** Milliseconds after which draining turns into cancelling. 0 or more. Default 30 000. */
  readonly timeoutMs?: number;
}

/** What every pool has besides the methods of its workers. A worker's methods can't have these names. */
export interface PoolMembers<T extends object = object> {
  /** Counts and times of the pool and its workers. Cheap; never waits. */
  getPoolStats(): PoolStats;
  /**
   * Counts and times of one worker.
   *
   * @throws {RangeError} When the pool has no worker of that index.
   */
  getWorkerStats(index: number): WorkerStats;
  /**
   * The workers by index, each with the methods of the class: a call goes to that worker. Empty with `onDemand`.
   *
   * @example
   * await pool.workers[0].warmUp();
   */
  readonly workers: readonly PoolMethods<T>[];
  /**
   * The methods of the class: a call runs once in every worker that is there, ahead of waiting calls and beside running ones.
   *
   * It resolves to the results by worker index. When some fail it rejects, after all have settled, with an
   * `AggregateError`.
   *
   * @example
   * const sizes = await pool.broadcast.cacheSize();
   */
  readonly broadcast: BroadcastMethods<T>;
  /**
   * The methods of the class, with options of their own for the calls made through them.
   *
   * @throws {TypeError} For an unknown option or one of the wrong type; a `RangeError` for one out of range.
   * @example
   * const vector = await pool.with({ timeoutMs: 5000, signal }).embed("hello");
   */
  with(options: CallOptions): PoolMethods<T>;
  /**
   * Gives the pool another `maxWorkers`. New workers start at once. Those that are too many finish what they run and end;
   * what waits at them goes to others. Resolves when the new ones are up and the others are gone.
   *
   * @param maxWorkers Integer, 1 or more, or `"auto"`: as many as the machine runs at once. 1 only in `sync` and `async`
   * mode.
   * @throws {TypeError} When it is no number; a `RangeError` for one out of range.
   * @throws {StoppedError} When the pool is stopped.
   * @throws {WorkerStartError} When a new worker can't start.
   * @example
   * await pool.resize(8);
   */
  resize(maxWorkers: number | "auto"): Promise<void>;
  /**
   * Resolves when another call would be taken: a worker is up, and fewer than `maxQueuedCalls` calls wait or run.
   *
   * @throws {StoppedError} When the pool is stopped.
   * @throws {WorkerStartError} When no worker is left.
   */
  ready(): Promise<void>;
  /** Resolves once no call waits or runs. */
  drain(): Promise<void>;
  /**
   * Takes no new calls, finishes or cancels those accepted, runs `onStop`, and ends all workers. May be called again.
   *
   * Resolves when the last thread or process is gone.
   *
   * @throws {TypeError} For an unknown option or one of the wrong type; a `RangeError` for one out of range.
   */
  stop(options?: StopOptions): Promise<void>;
  /** The same as `stop()`. */
  close(): Promise<void>;
  /** The same as `stop()`. */
  [Symbol.asyncDispose](): Promise<void>;
  /** True from the moment `stop` was called. */
  readonly stopped: boolean;
  /**
   * Calls a listener whenever something happens in the pool. What it throws becomes a process warning.
   *
   * @example
   * pool.on("workerExit", ({ workerIndex, exitCode }) => console.log(workerIndex, exitCode));
   */
  on<Name extends keyof PoolEvents>(event: Name, listener: (payload: PoolEvents[Name]) => void): this;
  /** Calls a listener the next time only. */
  once<Name extends keyof PoolEvents>(event: Name, listener: (payload: PoolEvents[Name]) => void): this;
  /** Calls a listener no more. */
  off<Name extends keyof PoolEvents>(event: Name, listener: (payload: PoolEvents[Name]) => void): this;
}

/** The names among `keyof T` that a pool has as methods. */
type MethodName<T, Name extends keyof T> = Name extends `_${string}` | HiddenName | ReservedName
  ? never
  : Name extends string
    ? IsMethod<T[Name]> extends true
      ? Name
      : never
    : never;

/** Names of every object, and those that the framework calls. */
// biome-ignore lint/complexity/noBannedTypes: here it stands for its own members.
type HiddenName = keyof Object | "onStart" | "onStop";

type IsMethod<Member> =
  IsAny<Member> extends true
    ? false
    : NonNullable<Member> extends (...values: never[]) => unknown
      ? true
      : false;

/** `Member` itself where it is a generator method. */
type StreamMethod<Member> =
  NonNullable<Member> extends (...values: never[]) => infer Result
    ? IsStream<Result> extends true
      ? Member
      : never
    : never;

/** What a pool gives for what a generator method returns. A plain generator may yield promises: they are awaited. */
type StreamOf<Result> =
  Result extends AsyncIterator<infer Item, infer Return>
    ? Stream<Item, Known<Return>>
    : Result extends Iterator<infer Item, infer Return>
      ? Stream<Awaited<Item>, Known<Awaited<Return>>>
      : Result extends AsyncIterable<infer Item>
        ? Stream<Item>
        : never;

/** `unknown` for what was left to `any`. */
type Known<Type> = IsAny<Type> extends true ? unknown : Type;

/** True for what generator methods return. */
type IsStream<Result> =
  IsAny<Result> extends true
    ? false
    : [Result] extends [never]
      ? false
      : [Result] extends [
            AsyncIterable<unknown> | (Iterable<unknown> & { next(...values: never[]): unknown }),
          ]
        ? true
        : false;

type IsAny<Type> = 0 extends 1 & Type ? true : false;

/** The reserved names that `T` has methods of; never for a class that a pool can be made of. */
export type MisnamedMethod<T> = {
  [Name in keyof T & ReservedName]: NonNullable<T[Name]> extends (...values: never[]) => unknown
    ? Name
    : never;
}[keyof T & ReservedName];
