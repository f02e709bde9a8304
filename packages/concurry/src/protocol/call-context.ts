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
  /** Aborts when the call is cancelled. */
  readonly signal: AbortSignal;
}
