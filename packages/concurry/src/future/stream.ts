import { CancelledError } from "../errors/call-errors.ts";
import type { FutureStatus } from "./future.ts";
import { type Answer, type Ending, ItemBuffer } from "./item-buffer.ts";

/** What stands behind a stream that was begun: the call. */
export interface StreamOwner {
  readonly status: FutureStatus;
  readonly workerIndex: number | undefined;
  cancel(reason: unknown): boolean;
  /** @param keeper Must not become garbage while the answer is on its way. */
  next(keeper: object): Promise<Answer>;
  /** Nobody wants its items any more. Settles when the generator has run its `finally`: rejects with what that threw. */
  leave(): Promise<void>;
}

/** Streams that were begun and forgotten hold their workers no longer than until they are garbage. */
const forgotten: FinalizationRegistry<StreamOwner> = new FinalizationRegistry((owner) => {
  owner.leave().catch(() => {});
});

/**
 * The items of a generator method: an async iterator, made to be iterated with `for await`.
 *
 * Nothing runs before the first item is asked for. From then on the worker makes items ahead of their consumer, at most
 * `highWaterMark` (16, see {@link CallOptions}). Leaving the loop runs the generator's `finally`.
 *
 * @example
 * for await (const line of pool.lines("./a.txt")) {
 *   if (line === "") break;
 * }
 */
export class Stream<T, R = unknown> implements AsyncGenerator<T, R, undefined> {
  #begin: (() => StreamOwner) | undefined;
  #owner: StreamOwner | undefined;

  /** @param begin Makes the call, once somebody wants its items. */
  constructor(begin: () => StreamOwner) {
    this.#begin = begin;
  }

  /** How far the call is; `"queued"` also before it is made. */
  get status(): FutureStatus {
    return this.#owner?.status ?? "queued";
  }

  /** Index of the worker that makes or made the items, from 0; `undefined` while none has the call. */
  get workerIndex(): number | undefined {
    return this.#owner?.workerIndex;
  }

  /**
   * The next item, or `{ done: true }` with what the generator returned. May be called again before it is there: the
   * answers come in order.
   *
   * @throws What the generator threw, once; the iterator is done then.
   * @throws {WorkerCrashedError} When its worker died.
   * @throws {TimeoutError} When the call's time limit, which is that of the whole stream, has passed.
   * @throws {CancelledError} When the call was cancelled: here, by its signal, or by a cancelling stop.
   */
  next(): Promise<IteratorResult<T, R>> {
    return (this.#owner ?? this.#begun()).next(this) as Promise<IteratorResult<T, R>>;
  }

  /**
   * Wants no more items: `callContext().signal` aborts in the worker, and the generator runs its `finally`. `for await` calls
   * it when the loop is left.
   *
   * A generator that hasn't ended `graceMs` later is let go of, as with a cancelled call: its thread or process is replaced
   * where it runs one call at a time.
   *
   * @param value Becomes the `value` of the answer. Default `undefined`.
   * @returns The answer, once the `finally` is over.
   * @throws What the `finally` threw.
   */
  async return(value?: R | PromiseLike<R>): Promise<IteratorResult<T, R>> {
    const [result] = await Promise.all([value, this.#leave()]);
    return { done: true, value: result as R };
  }

  /**
   * Wants no more items, as `return()`. The generator doesn't see the error: it is ahead of its consumer.
   *
   * @throws `error`, once the generator's `finally` is over.
   */
  async throw(error?: unknown): Promise<IteratorResult<T, R>> {
    await this.#leave().catch(() => {});
    throw error;
  }

  /**
   * Cancels the call: the next item asked for rejects with a `CancelledError`, and items that are here already are
   * dropped. One that was not begun never will be.
   *
   * @param reason Becomes the `cause` of the error. Default `undefined`.
   * @returns Whether it took effect; false when the call was settled already.
   * @example
   * const lines = pool.lines("./a.txt");
   * lines.cancel("not needed any more"); // true
   */
  cancel(reason?: unknown): boolean {
    if (this.#owner !== undefined) return this.#owner.cancel(reason);
    const cause = reason === undefined ? {} : { cause: reason };
    this.#begin = undefined;
    this.#owner = neverBegun("cancelled", {
      failure: new CancelledError("The stream was cancelled.", cause),
    });
    return true;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The same as `return()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #begun(): StreamOwner {
    const owner = (this.#begin as () => StreamOwner)();
    this.#begin = undefined;
    this.#owner = owner;
    forgotten.register(this, owner);
    return owner;
  }

  #leave(): Promise<void> {
    if (this.#owner === undefined) {
      this.#begin = undefined;
      this.#owner = neverBegun("fulfilled", { value: undefined });
    }
    return this.#owner.leave();
  }
}

/** Stands behind a stream that was ended before anybody asked for an item. */
function neverBegun(status: FutureStatus, ending: Ending): StreamOwner {
  const items = new ItemBuffer(() => {});
  items.end(ending);
  return {
    status,
    workerIndex: undefined,
    cancel: () => false,
    next: (keeper) => items.next(keeper),
    leave: async () => items.end({ value: undefined }),
  };
}
