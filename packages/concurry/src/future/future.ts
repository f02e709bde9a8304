import { milliseconds } from "../util/check.ts";
import { RemoteFailure } from "./remote-failure.ts";
import { withTimeLimit } from "./time-limit.ts";

/** Where a call is: it waits, it runs, or it is settled in one of three ways. */
export type FutureStatus = "queued" | "running" | "fulfilled" | "rejected" | "cancelled";

/** Options of {@link Future.result}. */
export interface ResultOptions {
  /** Milliseconds to wait. From 0 to 2^31 − 1. Default: as long as it takes. */
  readonly timeoutMs?: number;
}

/** What stands behind a future: the call. */
export interface FutureOwner {
  readonly status: FutureStatus;
  readonly workerIndex: number | undefined;
  cancel(reason: unknown): boolean;
  /** Set to true as soon as somebody awaits the future or attaches a handler. */
  observed: boolean;
  /** Set by `createFuture`; gone once rejected, since the failure's record keeps the owner but must not keep the future. */
  future: Future<unknown> | undefined;
  /** Fulfils the future. Set by `createFuture`. */
  resolve: (value: unknown) => void;
  /** The bare end of the promise; `rejectFuture` is what rejects a future. Set by `createFuture`. */
  reject: (reason: unknown) => void;
}

/** A field and not `#private`: a future becomes one after it was made, so that no constructor of ours runs. */
const OWNER: unique symbol = Symbol("concurry.future.owner");

/**
 * The result of a call that is on its way: a promise that can also be cancelled and asked how far it is.
 *
 * Everything that takes a promise takes a future. What is derived from one (`then`, `catch`, `finally`, `Promise.all`,
 * an async function that returns it) is an ordinary promise.
 *
 * A future that fails never ends the process, so it may be awaited at any later time. If nobody has looked at the
 * failure when the future is collected as garbage, or when the pool has stopped, the process emits one warning named
 * `UnobservedCallWarning`. A cancelled future causes none.
 *
 * @throws {TypeError} By `new Future()`: only calls make futures.
 * @example
 * const future = pool.embed("hello");
 * future.status; // "queued"
 * const vector = await future;
 */
export class Future<T> extends Promise<T> {
  private constructor() {
    super(doNothing);
    throw new TypeError("A Future is made by calling a method of a pool; use new Promise() for other work.");
  }

  /** How far the call is. `"rejected"` also after a time limit, `"cancelled"` after `cancel()` and a cancelling stop. */
  get status(): FutureStatus {
    return ownerOf(this).status;
  }

  /** Index of the worker that has or had the call, from 0; `undefined` while none has it. */
  get workerIndex(): number | undefined {
    return ownerOf(this).workerIndex;
  }

  /**
   * Cancels the call. One that waits never runs; of one that runs, the signal in its `callContext()` aborts. The future
   * rejects with a `CancelledError` at once.
   *
   * @param reason Becomes the `cause` of the error. Default `undefined`.
   * @returns Whether it took effect; false when the call was settled already.
   * @example
   * const future = pool.embed("hello");
   * future.cancel("not needed any more"); // true
   */
  cancel(reason?: unknown): boolean {
    return ownerOf(this).cancel(reason);
  }

  /**
   * Waits for the result, at most so long. The work goes on after the time limit: the future may still be awaited.
   *
   * While it waits for a time limit it keeps the process alive.
   *
   * @param options.timeoutMs Milliseconds from 0 to 2^31 − 1. Default: as long as it takes.
   * @returns An ordinary promise of the result.
   * @throws {TimeoutError} When the time limit passes first.
   * @throws {RangeError} When `timeoutMs` is out of range; a `TypeError` when it is no number.
   * @example
   * const vector = await pool.embed("hello").result({ timeoutMs: 500 });
   */
  result(options: ResultOptions = {}): Promise<T> {
    if (options.timeoutMs === undefined) return this.then();
    const timeoutMs = milliseconds("timeoutMs", options.timeoutMs, 0);
    return withTimeLimit(this, timeoutMs, `The call has not settled within ${timeoutMs} ms; it goes on.`);
  }
}

// `await` and `then` both ask a promise for its constructor: that is how a look at a future is seen. With `Promise` as
// the answer `await` takes its short way and derived promises are plain ones. A field of each future, or one on
// `Promise.prototype`, would slow down every promise of the process; on a prototype of our own it doesn't.
Object.defineProperty(Future.prototype, "constructor", {
  configurable: true,
  get(this: OwnedFuture): PromiseConstructor {
    const owner = this[OWNER];
    if (owner !== undefined) owner.observed = true;
    return Promise;
  },
});

// Printing one must not show the insides of the pool. It counts as a look: `inspect` asks for the constructor, too.
Object.defineProperty(Future.prototype, Symbol.for("nodejs.util.inspect.custom"), {
  configurable: true,
  writable: true,
  value: describe,
});

interface OwnedFuture {
  [OWNER]?: FutureOwner;
}

let lastResolve: (value: unknown) => void = doNothing;
let lastReject: (reason: unknown) => void = doNothing;

type Executor<T> = (resolve: (value: T | PromiseLike<T>) => void, reject: (reason: unknown) => void) => void;

/** One executor for all: a closure per call would cost more than the promise. */
function keepEnds(resolve: (value: unknown) => void, reject: (reason: unknown) => void): void {
  lastResolve = resolve;
  lastReject = reject;
}

/** Lets go of the ends that were taken: they would keep the last promise, and what it holds, from being collected. */
function dropEnds(): void {
  lastResolve = doNothing;
  lastReject = doNothing;
}

/** Makes the future of one call, and hands its two ends to the owner. */
export function createFuture<T>(owner: FutureOwner): Future<T> {
  const future = new Promise<unknown>(keepEnds) as Future<unknown>;
  owner.resolve = lastResolve;
  owner.reject = lastReject;
  dropEnds();
  Object.setPrototypeOf(future, Future.prototype);
  (future as OwnedFuture)[OWNER] = owner;
  owner.future = future;
  return future as Future<T>;
}

/** Makes the future of a call that is over, with a value that is no promise. Many may have one owner. */
export function fulfilledFuture(value: unknown, owner: FutureOwner): Future<unknown> {
  const future = Promise.resolve(value) as Future<unknown>;
  Object.setPrototypeOf(future, Future.prototype);
  (future as OwnedFuture)[OWNER] = owner;
  return future;
}

/**
 * Rejects the future of a call; does nothing when it was rejected already.
 *
 * A `RemoteFailure` becomes an error in a reaction of a promise that the future follows: V8 then adds the `at async`
 * frames of the awaiting functions to its stack, and no stack is captured per call. Any other value is the reason as it
 * is.
 */
export function rejectFuture(owner: FutureOwner, failure: unknown): void {
  const { future, resolve, reject } = owner;
  if (future === undefined) return;
  owner.future = undefined;
  owner.resolve = doNothing;
  owner.reject = doNothing;
  if (!(failure instanceof RemoteFailure)) {
    markHandled(future, owner);
    reject(failure);
    return;
  }
  rejectDecoded(resolve, failure, () => markHandled(future, owner));
}

/**
 * Rejects the promise that `resolve` belongs to with the error of a failure, made in a reaction of what it follows.
 *
 * @param onDecoded Called once the error is made.
 */
export function rejectDecoded(
  resolve: (value: PromiseLike<never>) => void,
  failure: RemoteFailure,
  onDecoded: () => void,
): void {
  const wire = new Promise<never>(keepEnds as Executor<never>);
  const rejectWire = lastReject;
  dropEnds();
  const decoded = wire.catch((): never => {
    try {
      throw failure.decode();
    } finally {
      onDecoded();
    }
  });
  // Followed first, rejected then: when the error is made, the way to those who await must be there.
  resolve(decoded);
  rejectWire(undefined);
}

/**
 * Keeps a rejection from ending the process. What is derived from the future later is on its own.
 *
 * V8 finds no awaiting function where a promise has two reactions, so it comes after the error was made.
 */
function markHandled(future: Future<unknown>, owner: FutureOwner): void {
  const wasObserved = owner.observed;
  future.catch(doNothing);
  owner.observed = wasObserved;
}

function ownerOf(future: Future<unknown>): FutureOwner {
  const owner = (future as OwnedFuture)[OWNER];
  if (owner === undefined) throw new TypeError("This is not a future of a call.");
  return owner;
}

function describe(
  this: OwnedFuture,
  _depth: number,
  options: object,
  inspect: (value: unknown, options: object) => string,
): string {
  const owner = this[OWNER];
  if (owner === undefined) return "Future {}";
  return `Future ${inspect({ status: owner.status, workerIndex: owner.workerIndex }, options)}`;
}

function doNothing(): void {}
