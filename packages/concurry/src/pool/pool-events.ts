/** A worker was started: its thread or process is on its way. */
export interface WorkerStartEvent {
  readonly workerIndex: number;
  /** Unique among all workers of this program; new after each restart. */
  readonly workerId: number;
}

/** A worker is built, its `onStart` has run: it takes calls. */
export interface WorkerReadyEvent extends WorkerStartEvent {
  /** Milliseconds from its start until now. */
  readonly startMs: number;
}

/** A worker ended, expected or not. */
export interface WorkerExitEvent extends WorkerStartEvent {
  /** Exit code of the thread or process; null when a signal ended it. */
  readonly exitCode: number | null;
  /** Signal that ended the process, as `"SIGKILL"`; null for none. */
  readonly signal: string | null;
  /** True when the pool had asked it to end. */
  readonly expected: boolean;
  /** What it died of, where that is known: an error that nobody caught, or why it was no longer fit to work. */
  readonly error: unknown;
}

/** A worker that died will be started again. */
export interface WorkerRestartEvent {
  readonly workerIndex: number;
  /** How often the worker at this index was started again, this one counted. */
  readonly restarts: number;
  /** Milliseconds until then. */
  readonly waitMs: number;
}

/** A call was sent to a worker. */
export interface CallStartEvent {
  readonly callId: number;
  readonly method: string;
  readonly workerIndex: number;
}

/** A method has told how far its call is, with `callContext().progress()`. */
export interface CallProgressEvent extends CallStartEvent {
  /** How much is done by now. */
  readonly done: number;
  /** How much there is to do; undefined when the method doesn't say. */
  readonly total: number | undefined;
  readonly description: string | undefined;
}

/** A call settled. */
export interface CallEndEvent {
  readonly callId: number;
  readonly method: string;
  /** Undefined when it never got to a worker. */
  readonly workerIndex: number | undefined;
  readonly status: "fulfilled" | "rejected" | "cancelled";
  /** Milliseconds since the call was made. */
  readonly durationMs: number;
  /** What it was rejected with; undefined when it was fulfilled. */
  readonly error: unknown;
}

/** A call has failed, or its result would not do, and will be tried again. */
export interface RetryEvent {
  readonly callId: number;
  readonly method: string;
  /** The attempt that has ended, from 1. */
  readonly attempt: number;
  /** Milliseconds until the next one. */
  readonly waitMs: number;
  /** What it failed with; undefined when it had a result that would not do. */
  readonly error: unknown;
}

/** Somebody who had to wait for limits was granted them: a call before it was sent, or a method. */
export interface LimitWaitEvent {
  readonly callId: number;
  readonly method: string;
  /** The limits that were asked for. */
  readonly keys: readonly string[];
  readonly waitedMs: number;
  readonly workerIndex: number;
}

/** The pool got another size. */
export interface ResizeEvent {
  /** `maxWorkers` before. */
  readonly from: number;
  /** `maxWorkers` now. */
  readonly to: number;
}

/** The pool takes no calls any more. */
export interface StopEvent {
  readonly mode: "drain" | "cancel";
}

/** The events of a pool and what their listeners are given: plain, readonly objects. */
export interface PoolEvents {
  readonly workerStart: WorkerStartEvent;
  readonly workerReady: WorkerReadyEvent;
  readonly workerExit: WorkerExitEvent;
  readonly workerRestart: WorkerRestartEvent;
  readonly callStart: CallStartEvent;
  readonly callProgress: CallProgressEvent;
  readonly callEnd: CallEndEvent;
  readonly retry: RetryEvent;
  readonly limitWait: LimitWaitEvent;
  readonly resize: ResizeEvent;
  readonly stop: StopEvent;
}
