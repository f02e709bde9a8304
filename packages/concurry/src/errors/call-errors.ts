import { brandError, ConcurryError, type ErrorFacts } from "./concurry-error.ts";

/**
 * The pool takes no calls any more: `stop()` was called, or its disposal began.
 *
 * @example
 * await pool.stop();
 * await pool.embed("late").catch((error) => error.code); // "STOPPED"
 */
export class StoppedError extends ConcurryError {
  override readonly code: "STOPPED" = "STOPPED";

  static {
    brandError(StoppedError, "StoppedError");
  }
}

/**
 * The call was cancelled: by `cancel()` of its future, or by the pool's `stop({ mode: "cancel" })`.
 *
 * `cause` is the reason given to `cancel`, or a {@link StoppedError}. `name` is `"AbortError"`, as that of the
 * platform's own errors for aborted work, so that ordinary handlers know it.
 *
 * @example
 * const future = pool.embed("hello");
 * future.cancel("not needed");
 * await future.catch((error) => error.cause); // "not needed"
 */
export class CancelledError extends ConcurryError {
  override readonly code: "CANCELLED" = "CANCELLED";

  static {
    brandError(CancelledError, "CancelledError", "AbortError");
  }
}

/** Facts of a {@link TimeoutError}. */
export interface TimeoutFacts extends ErrorFacts {
  /** The time limit in milliseconds. */
  readonly timeoutMs?: number;
}

/**
 * A time limit passed.
 *
 * `name` is `"TimeoutError"`, as that of the platform's own errors (`AbortSignal.timeout`).
 *
 * @example
 * await pool.embed("hello").result({ timeoutMs: 100 }).catch((error) => error.timeoutMs); // 100
 */
export class TimeoutError extends ConcurryError {
  override readonly code: "TIMEOUT" = "TIMEOUT";
  /** The time limit in milliseconds, where it is known. */
  readonly timeoutMs: number | undefined;

  constructor(message: string, facts: TimeoutFacts = {}) {
    super(message, facts);
    this.timeoutMs = facts.timeoutMs;
  }

  static {
    brandError(TimeoutError, "TimeoutError");
  }
}

/** Facts of a {@link SerializationError}. */
export interface SerializationFacts extends ErrorFacts {
  /** Name of the method that was called. */
  readonly method?: string;
  /** Place of the argument, from 0; `undefined` when the result can't be sent. */
  readonly argument?: number;
  /** Way from the argument or result to the value inside it, as `"[3].options.seen"`; `""` for itself. */
  readonly path?: string;
}

/**
 * An argument or a result can't be copied to or from a worker: a symbol, a `WeakMap`, a function in a result, …
 *
 * Only the call it belongs to is rejected.
 *
 * @example
 * const error = await pool.embed({ seen: new WeakSet() }).catch((error) => error);
 * [error.method, error.argument, error.path]; // ["embed", 0, ".seen"]
 */
export class SerializationError extends ConcurryError {
  override readonly code: "NOT_SERIALIZABLE" = "NOT_SERIALIZABLE";
  /** Name of the method that was called. */
  readonly method: string | undefined;
  /** Place of the argument, from 0; `undefined` when the result can't be sent. */
  readonly argument: number | undefined;
  /** Way from the argument or result to the value inside it, as `"[3].options.seen"`; `""` for itself. */
  readonly path: string | undefined;

  constructor(message: string, facts: SerializationFacts = {}) {
    super(message, facts);
    this.method = facts.method;
    this.argument = facts.argument;
    this.path = facts.path;
  }

  static {
    brandError(SerializationError, "SerializationError");
  }
}

/** Facts of a {@link QueueFullError}. */
export interface QueueFullFacts extends ErrorFacts {
  /** Calls that the pool takes at the most, waiting or running. */
  readonly maxQueuedCalls?: number;
}

/**
 * The pool has as many calls, waiting or running, as `maxQueuedCalls` allows; this one was not taken.
 *
 * @example
 * await pool.ready(); // waits for room
 * const future = pool.embed("hello");
 */
export class QueueFullError extends ConcurryError {
  override readonly code: "QUEUE_FULL" = "QUEUE_FULL";
  /** Calls that the pool takes at the most, waiting or running. */
  readonly maxQueuedCalls: number | undefined;

  constructor(message: string, facts: QueueFullFacts = {}) {
    super(message, facts);
    this.maxQueuedCalls = facts.maxQueuedCalls;
  }

  static {
    brandError(QueueFullError, "QueueFullError");
  }
}

/** Facts of a {@link RetryError}. */
export interface RetryFacts extends ErrorFacts {
  /** What the attempts returned, first to last. */
  readonly results?: readonly unknown[];
}

/**
 * All attempts of a call were made, and `retry.until` took none of their results.
 *
 * A call whose attempts failed rejects with the error of the last one instead.
 *
 * @example
 * const error: RetryError = await pool.with({ retry: { until: () => false } }).embed("hello").catch((error) => error);
 * error.results; // four vectors
 */
export class RetryError extends ConcurryError {
  override readonly code: "RETRIES_USED_UP" = "RETRIES_USED_UP";
  /** What the attempts returned, first to last. */
  readonly results: readonly unknown[];

  constructor(message: string, facts: RetryFacts = {}) {
    super(message, facts);
    this.results = facts.results ?? [];
  }

  static {
    brandError(RetryError, "RetryError");
  }
}
