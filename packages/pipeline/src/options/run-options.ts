import type { ProgressBarOptions } from "concurry";
import { aBoolean, type Check, checkBar, isPlainObject, milliseconds, wrongType } from "concurry/internal";
import { checkOptions } from "./check-options.ts";
import { checkMaxsize } from "./check-stage-options.ts";

/** How the progress of a run is shown: as with any `ProgressBar`. */
export interface RunProgressOptions extends ProgressBarOptions {
  /** True: a bar also for each stage that calls a function, of the elements that it has finished. Default false. */
  readonly perStage?: boolean;
}

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
  /**
   * True, or the options of a `ProgressBar`: shows how many results the reader got (after `each` how many elements are done)
   * of as many as the source has, where its `length` or `size` tells. Its description is the name of the pipeline. Default
   * false.
   */
  readonly progress?: boolean | RunProgressOptions;
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
  readonly progress: RunProgressOptions | undefined;
  readonly signals: readonly NodeJS.Signals[];
}

// They end or halt a process without a word.
const UNHEARD = ["SIGKILL", "SIGSTOP"];

const CHECKS: { readonly [Name in keyof Required<RunOptions>]: Check } = {
  signal: (value) => {
    if (!(value instanceof AbortSignal)) throw wrongType("signal", "an AbortSignal", value);
  },
  maxsize: checkMaxsize,
  drainOnError: (value) => aBoolean("drainOnError", value),
  stopMs: (value) => milliseconds("stopMs", value, 0),
  progress: checkProgress,
  signals: (value) => {
    const isFine =
      Array.isArray(value) && value.every((name) => typeof name === "string" && /^SIG/.test(name));
    if (!isFine) throw wrongType("signals", 'an array of names as "SIGINT"', value);
    const deaf = UNHEARD.find((name) => value.includes(name));
    if (deaf !== undefined) throw new RangeError(`signals can't have "${deaf}": no process can catch it`);
  },
};

/**
 * Checks the options of a run and fills them.
 *
 * @throws {TypeError} For an unknown option or one of the wrong type; a `RangeError` for one out of range.
 */
export function resolveRunOptions(owner: string, given: RunOptions = {}): ResolvedRunOptions {
  const options: RunOptions = checkOptions(owner, given, CHECKS);
  const { signal, maxsize, drainOnError = false, stopMs = 800, progress = false, signals = [] } = options;
  return {
    signal,
    maxsize: maxsize === 0 ? Number.POSITIVE_INFINITY : maxsize,
    drainOnError,
    stopMs,
    progress: typeof progress === "object" ? progress : progress ? {} : undefined,
    signals,
  };
}

function checkProgress(value: unknown): void {
  if (typeof value === "boolean") return;
  if (!isPlainObject(value)) throw wrongType("progress", "true, or the options of a ProgressBar", value);
  checkBar("progress", value, { perStage: (given) => aBoolean("progress.perStage", given) });
}
