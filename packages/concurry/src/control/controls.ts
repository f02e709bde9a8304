import type { BarNote } from "../progress/remote-bar.ts";
import type { CallProgressNote } from "../protocol/call-context.ts";
import type { Packed } from "../protocol/packed.ts";
import type { PackedOutcome } from "./outcome.ts";

/** One call of a broadcast, for one worker. */
export interface BroadcastRequest {
  readonly callId: number;
  readonly methodIndex: number;
  /** True when the arguments are a `LentArguments`. */
  readonly lends: boolean;
}

/** What a pool asks of a worker, on the control lane. */
export interface HostControls {
  /**
   * Aborts what runs, runs `onStop`, ends the worker's own pools. Settles when that is done; the host lives on until it
   * is killed, which is soon after so many milliseconds.
   */
  stop(limitMs: number): Promise<void>;
  /** Aborts a running call; one that waits in the host, or is still on its way in this message, is dropped. */
  abort(id: number, message: number, reason: Packed): void;
  /** Answered as soon as the worker's event loop turns. */
  ping(): Promise<void>;
  /** Runs a method beside the calls that wait and run. */
  broadcast(request: BroadcastRequest, packedArguments: Packed): Promise<PackedOutcome>;
}

/** What a worker asks of its pool, on the control lane. */
export interface PoolControls {
  /** Shows a warning of the worker in the program that made the pool. */
  warn(message: string, code: string): void;
  /** Shows a progress bar of the worker as it is now. */
  bar(note: BarNote): void;
  /** Tells how far a call is. */
  progress(note: CallProgressNote): void;
  /** Runs a function that was lent to the worker. */
  run(loan: Loan, packedArguments: Packed): Promise<PackedOutcome>;
  /** The next items of an iterable that was lent: one at least, unless it is at its end. */
  pull(loan: Loan): Promise<PackedItems>;
  /** The worker wants no more items of it. */
  leave(loan: Loan): void;
  /** Answered when everything before it has been heard. */
  catchUp(): void;
}

/** Names one of the things that a call has lent to its worker. */
export interface Loan {
  readonly owner: number;
  /** Of which attempt the method is that asks. */
  readonly attempt: number;
  /** Place in the list of stand-ins. */
  readonly index: number;
}

/** Items of an iterable, in order, and its end where that comes next. */
export interface PackedItems {
  readonly items: readonly Packed[];
  readonly end?: { readonly thrown?: Packed };
}
