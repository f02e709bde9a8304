import { TimeoutError } from "../errors/call-errors.ts";
import { milliseconds } from "../util/check.ts";
import { checkRecord } from "../util/check-record.ts";
import { type Deferred, deferred } from "../util/deferred.ts";
import { promisesOf, type Settling, settlingOf } from "./settling.ts";

/** Options of {@link asCompleted}. */
export interface AsCompletedOptions {
  /** Milliseconds for all of it, from the call on. From 0 to 2^31 − 1. Default: as long as it takes. */
  readonly timeoutMs?: number;
}

/**
 * Futures in the order in which they settle.
 *
 * An `AsyncIterable` of its own, since TypeScript takes a loop over one of promises to await them, which it doesn't.
 */
export interface CompletedFutures<F> {
  next(): Promise<IteratorResult<F, undefined>>;
  /** Ends it; the work of the futures goes on. */
  return(): Promise<IteratorResult<F, undefined>>;
  [Symbol.asyncIterator](): CompletedFutures<F>;
}

const CHECKS = { timeoutMs: (value: unknown) => milliseconds("timeoutMs", value, 0) };

/**
 * Gives the futures one by one, in the order in which they settle: each is settled when the loop gets it, and `await` tells
 * how.
 *
 * Any promises will do. A failure of any of them counts as looked at.
 *
 * @param futures Any iterable of promises.
 * @param options.timeoutMs Milliseconds for all of it, from 0 to 2^31 − 1. Default: as long as it takes.
 * @throws {TimeoutError} In the loop, when the next one has not settled in time. The work goes on.
 * @throws {TypeError} When something among the futures is no promise, or an option is of the wrong type or unknown.
 * @throws {RangeError} When an option is out of range.
 * @example
 * for await (const future of asCompleted([pool.embed("a"), pool.embed("b")])) {
 *   console.log(future.workerIndex, await future);
 * }
 */
export function asCompleted<F extends PromiseLike<unknown>>(
  futures: Iterable<F>,
  options: AsCompletedOptions = {},
): CompletedFutures<F> {
  const { timeoutMs } = checkRecord("asCompleted()", "option", options, CHECKS) as AsCompletedOptions;
  return new CompletionOrder(promisesOf("asCompleted()", futures), timeoutMs);
}

class CompletionOrder<F extends PromiseLike<unknown>> implements CompletedFutures<F> {
  readonly #timeoutMs: number | undefined;
  readonly #deadline: number;
  /** Those that haven't settled; one future may be given more than once. */
  readonly #pending = new Map<Settling, F[]>();
  #settled: F[] = [];
  #given = 0;
  readonly #waiting = new Set<Deferred<IteratorResult<F, undefined>>>();

  constructor(futures: readonly F[], timeoutMs: number | undefined) {
    this.#timeoutMs = timeoutMs;
    this.#deadline = performance.now() + (timeoutMs ?? 0);
    for (const future of futures) {
      const settling = settlingOf(future);
      const same = this.#pending.get(settling);
      if (settling.status !== "pending") this.#settled.push(future);
      else if (same !== undefined) same.push(future);
      else {
        this.#pending.set(settling, [future]);
        settling.listen(this.#onSettled);
      }
    }
  }

  next(): Promise<IteratorResult<F, undefined>> {
    if (this.#given < this.#settled.length) return Promise.resolve(this.#take());
    if (this.#pending.size === 0) return Promise.resolve(end());
    const result = deferred<IteratorResult<F, undefined>>();
    this.#waiting.add(result);
    if (this.#timeoutMs === undefined) return result.promise;
    // Only while somebody waits: a loop that was never begun leaves no timer.
    const timer = setTimeout(() => this.#expire(), Math.max(0, this.#deadline - performance.now()));
    return result.promise.finally(() => clearTimeout(timer));
  }

  return(): Promise<IteratorResult<F, undefined>> {
    this.#release();
    this.#settled = [];
    this.#given = 0;
    for (const result of this.#waiting) result.resolve(end());
    this.#waiting.clear();
    return Promise.resolve(end());
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  readonly #onSettled = (settling: Settling): void => {
    for (const future of this.#pending.get(settling) ?? []) this.#settled.push(future);
    this.#pending.delete(settling);
    for (const result of this.#waiting) {
      if (this.#given === this.#settled.length) break;
      this.#waiting.delete(result);
      result.resolve(this.#take());
    }
    if (this.#pending.size > 0) return;
    for (const result of this.#waiting) result.resolve(end());
    this.#waiting.clear();
  };

  #expire(): void {
    const message = `The next of the futures has not settled within ${this.#timeoutMs} ms; ${this.#pending.size} go on.`;
    this.#release();
    for (const result of this.#waiting)
      result.reject(new TimeoutError(message, { timeoutMs: this.#timeoutMs ?? 0 }));
    this.#waiting.clear();
  }

  #release(): void {
    for (const settling of this.#pending.keys()) settling.forget(this.#onSettled);
    this.#pending.clear();
  }

  #take(): IteratorResult<F, undefined> {
    const value = this.#settled[this.#given] as F;
    this.#given += 1;
    return { done: false, value };
  }
}

function end(): IteratorReturnResult<undefined> {
  return { done: true, value: undefined };
}
