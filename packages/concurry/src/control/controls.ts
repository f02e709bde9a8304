import type { BarNote } from "../progress/remote-bar.ts";
import type { CallProgressNote } from "../protocol/call-context.ts";
import type { Packed } from "../protocol/packed.ts";

/** One call of a broadcast, for one worker. */
export interface BroadcastRequest {
  readonly callId: number;
  readonly methodIndex: number;
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

/** How a broadcast method ended: with a value, or with what it threw (in wire form, where anything crosses a wire). */
export type PackedOutcome = { readonly value: Packed } | { readonly thrown: Packed };

/** What a worker asks of its pool, on the control lane. */
export interface PoolControls {
  /** Shows a warning of the worker in the program that made the pool. */
  warn(message: string, code: string): void;
  /** Shows a progress bar of the worker as it is now. */
  bar(note: BarNote): void;
  /** Tells how far a call is. */
  progress(note: CallProgressNote): void;
}
