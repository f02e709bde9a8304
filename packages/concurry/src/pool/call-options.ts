import type { ArrayBufferOrPort } from "../protocol/connection.ts";
import { type RetryRule, retryRules } from "../retry/retry.ts";
import { checkRetry, RETRY_HINTS, type RetryOptions } from "../retry/retry-options.ts";
import { onAbort } from "../util/abort.ts";
import { integer, milliseconds, positiveInteger, wrongType } from "../util/check.ts";
import { type Check, checkRecord } from "../util/check-record.ts";
import type { Call } from "./call.ts";

/**
 * Options of single calls, given to `pool.with(…)`; they beat those of the pool.
 *
 * @example
 * const future = pool.with({ timeoutMs: 5000, priority: 1 }).embed("hello");
 */
export interface CallOptions {
  /** Cancels the call when it aborts. */
  readonly signal?: AbortSignal;
  /** Milliseconds that one attempt may run, from 1. */
  readonly timeoutMs?: number;
  /** Milliseconds that a cancelled or timed-out method may go on before its worker is replaced. 0 or more. */
  readonly graceMs?: number;
  /** Of the calls that wait, those with a higher number are first. Integer. Default 0. */
  readonly priority?: number;
  /** What of the arguments shall move instead of being copied: `ArrayBuffer`s and `MessagePort`s. */
  readonly transfer?: readonly ArrayBufferOrPort[];
  /** Calls with one key go to one worker, in order, while the pool keeps its size. */
  readonly key?: string | number;
  /** When and how often a failed call is tried again; `false`: never. */
  readonly retry?: RetryOptions | false;
  /** Items that a generator method may be ahead of its consumer. Integer, 1 or more. Default 16. */
  readonly highWaterMark?: number;
}

/** Call options, checked and ready for use. */
export interface ResolvedCallOptions {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
  readonly graceMs: number | undefined;
  readonly priority: number;
  readonly transfer: readonly ArrayBufferOrPort[] | undefined;
  readonly key: string | undefined;
  /** By method index; undefined where the pool's rules count. */
  readonly retry: readonly (RetryRule | undefined)[] | undefined;
  readonly highWaterMark: number | undefined;
}

const CHECKS: { readonly [Name in keyof Required<CallOptions>]: Check } = {
  signal: (value) => {
    if (!(value instanceof AbortSignal)) throw wrongType("signal", "an AbortSignal", value);
  },
  timeoutMs: (value) => milliseconds("timeoutMs", value),
  graceMs: (value) => milliseconds("graceMs", value, 0),
  priority: (value) => integer("priority", value),
  transfer: (value) => {
    if (!Array.isArray(value)) throw wrongType("transfer", "an array", value);
  },
  key: (value) => {
    if (typeof value !== "string" && typeof value !== "number")
      throw wrongType("key", "a string or number", value);
  },
  retry: (value) => value === false || checkRetry(value),
  highWaterMark: (value) => positiveInteger("highWaterMark", value),
};

/**
 * Checks what `pool.with()` was given.
 *
 * @throws {TypeError} For an unknown name or a value of the wrong type; a `RangeError` for one out of range.
 */
export function resolveCallOptions(given: CallOptions, methods: readonly string[]): ResolvedCallOptions {
  const checked: CallOptions = checkRecord("pool.with()", "option", given, CHECKS, RETRY_HINTS);
  const { signal, timeoutMs, graceMs, priority = 0, transfer, key, retry, highWaterMark } = checked;
  if (retry !== undefined && retry !== false) checkRetry(retry, methods);
  return {
    signal,
    timeoutMs,
    graceMs,
    priority,
    transfer,
    key: key === undefined ? undefined : String(key),
    retry: retry === undefined ? undefined : retryRules(retry === false ? undefined : retry, methods),
    highWaterMark,
  };
}

/** Gives a call its own options. A signal that has aborted already cancels it here. */
export function applyOptions(call: Call, options: ResolvedCallOptions): void {
  const { signal, timeoutMs, graceMs, priority, transfer, key, retry } = options;
  call.priority = priority;
  call.transfer = transfer;
  if (key !== undefined) call.key = key;
  if (timeoutMs !== undefined) call.timeoutMs = timeoutMs;
  if (signal === undefined && graceMs === undefined && retry === undefined) return;
  call.extras = {};
  if (graceMs !== undefined) call.extras.graceMs = graceMs;
  if (retry !== undefined) call.extras.retry = { rule: retry[call.methodIndex] };
  if (signal !== undefined) call.extras.stopListening = onAbort(signal, (reason) => call.cancel(reason));
}
