import type { WorkerStats } from "concurry";
import type { Item } from "../elements/element.ts";
import type { EndReason } from "../options/stage-options.ts";
import type { StageContext } from "../workers/stage-context.ts";
import type { Attempts } from "./apply-error-policy.ts";

/** Who hears how a slot's call ends. */
export interface SlotOwner {
  onValue(slot: Slot, value: unknown): void;
  onError(slot: Slot, error: unknown): void;
}

/** Room for one element that is worked on; used again for others, so that an element costs no callbacks of its own. */
export class Slot {
  item: Item;
  attempts: Attempts | undefined;
  /** Its place among those that run; −1 for none. */
  place = -1;
  /** When its call started; 0 when that is not measured. */
  startedAt = 0;
  /** What the function was given; where it runs elsewhere there is none here. */
  context: StageContext | undefined;
  /** What the call can be cancelled by. */
  promise: PromiseLike<unknown> | undefined;
  /** What a `flatMap` got, and how many items it has given. */
  iterator: Iterator<unknown> | AsyncIterator<unknown> | undefined;
  isAsync = false;
  position = 0;
  readonly onValue: (value: unknown) => void;
  readonly onError: (error: unknown) => void;

  constructor(owner: SlotOwner, item: Item) {
    this.item = item;
    this.onValue = (value) => owner.onValue(this, value);
    this.onError = (error) => owner.onError(this, error);
  }
}

/** Calls a stage's function, here or in a worker. */
export interface Caller {
  readonly mode: string;
  /** How many calls there are to one whose time is measured; a power of 2. */
  readonly timedShare: number;
  /** Whether it ends calls that take too long itself, with a `TimeoutError`. */
  readonly keepsTime: boolean;
  start(): Promise<void> | undefined;
  /** What the function returned, or a promise of it. */
  call(slot: Slot): unknown;
  abort(slot: Slot, reason: unknown): void;
  /** Index of the worker that a call ran in, where it is known. */
  workerOf(slot: Slot): number | undefined;
  /** Takes everything down, once; what goes wrong fails the run. Undefined when there is nothing to wait for. */
  close(reason: EndReason): Promise<void> | undefined;
  /** Ends at once what `close` did not end in time. */
  kill(): Promise<void> | undefined;
  facts(): {
    readonly totalWorkers: number;
    readonly workers: readonly WorkerStats[];
  };
}
