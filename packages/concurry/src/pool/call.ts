import {
  createFuture,
  type Future,
  type FutureOwner,
  type FutureStatus,
  rejectFuture,
} from "../future/future.ts";
import type { PaidCalls } from "../limits/paid-calls.ts";
import type { ArrayBufferOrPort } from "../protocol/connection.ts";
import type { Travel } from "../protocol/encode.ts";
import type { RetryRule } from "../retry/retry.ts";
import { keepShape } from "../util/keep-shape.ts";
import type { AttemptCharge } from "./attempt-charge.ts";
import type { CallQueue } from "./call-queue.ts";
import type { LiveWorker } from "./live-worker.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** Where a call is on its way. */
export const WAITING = 0;
export const SENT = 1;
export const FULFILLED = 2;
export const REJECTED = 3;
export const CANCELLED = 4;
export type CallState = 0 | 1 | 2 | 3 | 4;

/** What a call has only when it was asked for, or has failed before. */
export interface CallExtras {
  /** Ends listening to the caller's signal. */
  stopListening?: () => void;
  /** Takes back what was lent to the worker. */
  release?: () => void;
  /** Its own rule of retries, in place of the pool's. */
  retry?: { readonly rule: RetryRule | undefined };
  graceMs?: number;
  /** Errors of the attempts so far. */
  errors?: readonly unknown[];
  /** Results of the attempts so far, which would not do. */
  results?: readonly unknown[];
}

/** What a call asks of its pool. */
export interface CallOwner {
  cancel(call: Call, reason: unknown): boolean;
}

/** Of calls that are settled: their futures may be kept for long, and must not keep their pool. */
const NOBODY: CallOwner = { cancel: () => false };

/** One call: what is to be run, where it is, and the two ends of its future. */
export class Call implements FutureOwner {
  owner: CallOwner;
  readonly number: number;
  readonly methodIndex: number;
  state: CallState = WAITING;
  /** The worker that it was given to; undefined while the first free one will have it. */
  handle: WorkerHandle | undefined = undefined;
  /** The worker among whose calls this attempt counts. */
  countedAt: WorkerHandle | undefined = undefined;
  /** True when no other worker will do. */
  isPinned = false;
  /** Calls of one key go to one worker; undefined for calls without. */
  key: string | undefined = undefined;
  /** Of the calls that wait the higher ones are first. */
  priority = 0;
  /** The queue that it waits in, if it does. */
  queue: CallQueue | undefined = undefined;
  /** What this attempt has been charged for limits; undefined before, and without limits. */
  charge: PaidCalls | AttemptCharge | undefined = undefined;
  /** True while it waits for limits, with room kept for it at its worker. */
  isReserved = false;
  /** Milliseconds that an attempt may run; 0 = as long as it takes. */
  timeoutMs = 0;
  /** When the running attempt is to be ended; Infinity while it hasn't been seen to run. */
  expiresAt = 0;
  /** Which attempt this is, from 1. */
  attempt = 1;
  /** What only some calls have. */
  extras: CallExtras | undefined = undefined;
  /** The started worker that has it, and the place there. */
  live: LiveWorker | undefined = undefined;
  slot = 0;
  /** Number of the message that it travelled in, and its place among all calls that were sent to the worker. */
  message = 0;
  order = 0;
  /** True once something of it was moved to a worker, or an iterable begun for it: it can't be sent again. */
  isGivenAway = false;
  cost = 0;
  op = 0;
  travel: Travel = 0;
  payload: unknown = undefined;
  transfer: readonly ArrayBufferOrPort[] | undefined = undefined;
  calledAt = 0;
  observed = false;
  future: Future<unknown> | undefined = undefined;
  resolve!: (value: unknown) => void;
  reject!: (failure: unknown) => void;

  constructor(owner: CallOwner, number: number, methodIndex: number) {
    this.owner = owner;
    this.number = number;
    this.methodIndex = methodIndex;
  }

  get isWaiting(): boolean {
    return this.state === WAITING;
  }

  /** True when the call may not be given to an idle worker just because it is idle. */
  get isBound(): boolean {
    return this.isPinned || this.key !== undefined;
  }

  get isSettled(): boolean {
    return this.state > SENT;
  }

  get status(): FutureStatus {
    switch (this.state) {
      case WAITING:
        return "queued";
      case SENT:
        return this.live?.hasStarted(this) ? "running" : "queued";
      case FULFILLED:
        return "fulfilled";
      case REJECTED:
        return "rejected";
      default:
        return "cancelled";
    }
  }

  get workerIndex(): number | undefined {
    return this.handle?.index;
  }

  cancel(reason: unknown): boolean {
    return this.owner.cancel(this, reason);
  }

  /** Only this worker will do. */
  pinTo(handle: WorkerHandle): void {
    this.handle = handle;
    this.isPinned = true;
    handle.total += 1;
  }

  /** Lets go of what a settled call needs no more; its future may be kept for long. */
  settle(state: CallState): void {
    this.state = state;
    this.owner = NOBODY;
    this.payload = undefined;
    this.transfer = undefined;
    const { extras } = this;
    this.extras = undefined;
    extras?.stopListening?.();
    extras?.release?.();
  }

  /** Tells who made the call that it has failed. */
  fail(failure: unknown): void {
    rejectFuture(this, failure);
  }

  /** Stands in the slot of a call that was taken from a worker which still runs it. */
  ghost(): Call {
    const ghost = new Call(this.owner, this.number, this.methodIndex);
    ghost.state = CANCELLED;
    ghost.attempt = this.attempt;
    ghost.handle = this.handle;
    ghost.live = this.live;
    ghost.slot = this.slot;
    ghost.message = this.message;
    ghost.order = this.order;
    ghost.cost = this.cost;
    return ghost;
  }
}

/** Has been called, and is done; with numbers in the fields that get some. */
function exampleCall(): Call {
  const call = new Call(NOBODY, 1, 0);
  void createFuture(call);
  call.calledAt = 0.5;
  call.settle(FULFILLED);
  call.resolve(undefined);
  return call;
}

keepShape(exampleCall());
