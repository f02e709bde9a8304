/** What a method can ask about the call that it answers. */
export interface CallContext {
  /** Number of the call, unique in its pool. */
  readonly callId: number;
  /** Name of the called method. */
  readonly method: string;
  /** Which attempt of the call this is, from 1. */
  readonly attempt: number;
  /** Index of the worker in its pool. */
  readonly workerIndex: number;
  /** When the attempt will be ended, in milliseconds since 1970; `undefined` without a time limit. */
  readonly deadline: number | undefined;
  /** Aborts when the call is cancelled or its time is over. */
  readonly signal: AbortSignal;
  /**
   * Tells how far the call is: the pool's event `callProgress`, at most ten times a second. The last news comes through,
   * unless the call ends before.
   *
   * @param done How much is done by now, all in all. A finite number of at least 0.
   * @param total How much there is to do. A finite number of at least 0. Default: not known.
   * @param description What is being done. Default none.
   * @throws {TypeError} When an argument is of the wrong type; a `RangeError` when a number is out of range.
   */
  progress(done: number, total?: number, description?: string): void;
}

/** What a call tells of its progress. */
export interface CallProgressNote {
  readonly callId: number;
  readonly method: string;
  readonly done: number;
  readonly total: number | undefined;
  readonly description: string | undefined;
  /** Its place among the calls that its worker has; undefined for a broadcast, which has none. */
  readonly slot: number | undefined;
}

/** What the framework itself can ask of it. */
export interface HostContext extends CallContext {
  /** Its place among the calls that its worker has. */
  readonly slot: number;
  /** Tells whose call it is, where workers of several pools share a realm. */
  readonly workerId: number;
  /** True where the worker runs in the realm of its pool; else the realm is the worker's own. */
  readonly isInline: boolean;
  /** True for broadcasts, for which nothing is charged. */
  readonly isBeside: boolean;
  /** Whether `signal` has aborted; unlike that it costs nothing. */
  readonly isAborted: boolean;
}
