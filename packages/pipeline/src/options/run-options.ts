import { aBoolean, type Check, checkRecord, milliseconds, wrongType } from "concurry/internal";
import { checkMaxsize } from "./check-stage-options.ts";

/** Options of one run of a pipeline. */
export interface RunOptions {
  /** Stops the run when it aborts; the reader gets its reason. */
  readonly signal?: AbortSignal;
  /** Results that wait for the reader. Integer, 0 or more, or Infinity; 0 is Infinity. Default: `maxsize` of the last stage. */
  readonly maxsize?: number;
  /** Whether what the last stage had finished is given to the reader before an error. Default false. */
  readonly drainOnError?: boolean;
  /** Milliseconds that a stop may take before what is left is ended. 0 to 2^31 − 1. Default 800. */
  readonly stopMs?: number;
  /** Signals of the process that stop the run, as `"SIGINT"`; they are raised again when it has stopped. Default none. */
  readonly signals?: readonly NodeJS.Signals[];
}

/** Options of a pipeline. */
export interface PipelineOptions {
  /** Name in stats and errors. Default `"pipeline"`. */
  readonly name?: string;
  /** Whether the source yields `{ index, value }`, whose index is kept. Default false. */
  readonly indexed?: boolean;
}

/** Run options, checked and filled. */
export interface ResolvedRunOptions {
  readonly signal: AbortSignal | undefined;
  readonly maxsize: number | undefined;
  readonly drainOnError: boolean;
  readonly stopMs: number;
  readonly signals: readonly NodeJS.Signals[];
}

const CHECKS: { readonly [Name in keyof Required<RunOptions>]: Check } = {
  signal: (value) => {
    if (!(value instanceof AbortSignal)) throw wrongType("signal", "an AbortSignal", value);
  },
  maxsize: checkMaxsize,
  drainOnError: (value) => aBoolean("drainOnError", value),
  stopMs: (value) => milliseconds("stopMs", value, 0),
  signals: (value) => {
    const isFine =
      Array.isArray(value) && value.every((name) => typeof name === "string" && /^SIG/.test(name));
    if (!isFine) throw wrongType("signals", 'an array of names as "SIGINT"', value);
  },
};

/**
 * Checks the options of a run and fills them.
 *
 * @throws {TypeError} For an unknown option or one of the wrong type; a `RangeError` for one out of range.
 */
export function resolveRunOptions(owner: string, given: RunOptions = {}): ResolvedRunOptions {
  const options: RunOptions = checkRecord(owner, "option", given, CHECKS);
  const { signal, maxsize, drainOnError = false, stopMs = 800, signals = [] } = options;
  return {
    signal,
    maxsize: maxsize === 0 ? Number.POSITIVE_INFINITY : maxsize,
    drainOnError,
    stopMs,
    signals,
  };
}
