import type { TimeoutError, WorkerStats } from "concurry";
import type { Item } from "../elements/element.ts";
import { childIndex, type ElementIndex } from "../elements/element-index.ts";
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

  /** Index of its element; of a `flatMap` that has given items that of the next one. */
  get index(): ElementIndex {
    const { index } = this.item;
    return this.position === 0 ? index : childIndex(index, this.position);
  }
}

/** What a call has failed with, and whether that was its time limit. */
export interface CallFailure {
  readonly error: unknown;
  readonly isTimeout: boolean;
}

/** Calls a stage's function, here or in a worker. */
export interface Caller {
  readonly mode: string;
  /** How many calls there are to one whose time is measured; a power of 2. */
  readonly timedShare: number;
  /** Whether it ends calls that take too long itself, with a `TimeoutError`. */
  readonly keepsTime: boolean;
  /** @param room Elements that fit behind the stage. */
  start(room: number): Promise<void> | undefined;
  /** What the function returned, or a promise of it. */
  call(slot: Slot): unknown;
  abort(slot: Slot, reason: unknown): void;
  /** Whether a call runs already, and does not wait for a worker. */
  hasBegun(slot: Slot): boolean;
  /** Index of the worker that a call ran in, where it is known. */
  workerOf(slot: Slot): number | undefined;
  /** What a call has failed with, as the stage tells it. */
  failureOf(slot: Slot, error: unknown): CallFailure;
  /** What a call fails with that took too long. */
  timeLimitOf(slot: Slot): TimeoutError;
  /** Takes everything down, once; what goes wrong fails the run. Undefined when there is nothing to wait for. */
  close(reason: EndReason): Promise<void> | undefined;
  /** Ends at once what `close` did not end in time. */
  kill(): Promise<void> | undefined;
  facts(): {
    readonly totalWorkers: number | null;
    readonly workers: readonly WorkerStats[];
  };
}
