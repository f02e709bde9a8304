import { type Deferred, deferred, outOfRange, wrongType } from "concurry/internal";
import { RingBuffer } from "./ring-buffer.ts";

/** Options of an {@link IterableQueue}. */
export interface IterableQueueOptions {
  /** Elements that it holds before `put` has to wait. Integer, 0 or more, or Infinity; 0 is Infinity. Default 0. */
  readonly maxsize?: number;
  /** How many producers will call `workerDone()`. Integer, 1 or more. Default 1. */
  readonly totalSources?: number;
}

/**
 * A bounded queue with several producers that ends when all of them have: what lies between two stages.
 *
 * @example
 * const queue = new IterableQueue({ maxsize: 2 });
 * void (async () => {
 *   for (const value of [1, 2, 3]) await queue.put(value);
 *   queue.workerDone();
 * })();
 * for await (const value of queue) console.log(value); // 1, 2, 3
 */
export class IterableQueue<T> implements AsyncIterable<T> {
  /** @internal Elements that it holds before `put` has to wait; Infinity for no bound. */
  readonly maxsize: number;
  /** @internal Asked first when an element comes: true where it takes it, so that the element need not lie here. */
  onOffer: ((value: T) => boolean) | undefined;
  /** @internal Called when an element came. */
  onPut: (() => void) | undefined;
  /** @internal Called when the last producer has ended. */
  onEnd: (() => void) | undefined;
  /** @internal Called when an element left. */
  onTake: (() => void) | undefined;
  /** @internal Called when it was killed. */
  onKill: (() => void) | undefined;
  readonly #elements: RingBuffer<T> = new RingBuffer();
  readonly #readers: RingBuffer<Deferred<IteratorResult<T>>> = new RingBuffer();
  readonly #writers: RingBuffer<{ readonly value: T; readonly done: () => void }> = new RingBuffer();
  #remaining: number;
  #isKilled = false;
  #failure: { readonly error: unknown } | undefined;

  /** @throws {TypeError} For an option that is no number; a `RangeError` for one out of range. */
  constructor(options: IterableQueueOptions = {}) {
    const { maxsize = 0, totalSources = 1 } = options;
    this.maxsize = checkCount("maxsize", maxsize, 0) || Number.POSITIVE_INFINITY;
    this.#remaining = checkCount("totalSources", totalSources, 1);
  }

  /** Elements in it now. */
  get size(): number {
    return this.#elements.size;
  }

  /** Producers that have not ended. */
  get remaining(): number {
    return this.#remaining;
  }

  /** True after `kill()`. */
  get forceStop(): boolean {
    return this.#isKilled;
  }

  /** @internal Elements that it can take before it is full; less than 0 when it has too many, or takes none any more. */
  get room(): number {
    if (this.#isKilled) return Number.NEGATIVE_INFINITY;
    return this.maxsize - this.#elements.size;
  }

  /** Adds an element; a promise, where there is no room, that resolves when the element is in. */
  put(value: T): void | Promise<void> {
    if (this.#elements.size < this.maxsize || this.#readers.size > 0) return this.push(value);
    if (this.#isKilled) return undefined;
    return new Promise((done) => this.#writers.push({ value, done }));
  }

  /** @internal Adds an element whether there is room or not. */
  push(value: T): void {
    if (this.#isKilled) return;
    if (this.#readers.size > 0) {
      this.#readers.shift()?.resolve({ done: false, value });
      this.onTake?.();
      return;
    }
    if (this.onOffer?.(value)) return;
    this.#elements.push(value);
    this.onPut?.();
  }

  /** @internal The oldest element, if there is one. */
  poll(): T | undefined {
    if (this.#elements.size === 0) return undefined;
    const value = this.#elements.shift();
    if (this.#writers.size > 0) this.#letIn();
    this.onTake?.();
    return value;
  }

  /**
   * The oldest element, as soon as there is one; done when all producers have ended.
   *
   * @throws The error that was given to `raise()`.
   */
  get(): Promise<IteratorResult<T>> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    if (this.#elements.size > 0) return Promise.resolve({ done: false, value: this.poll() as T });
    if (this.isDone()) return Promise.resolve({ done: true, value: undefined });
    const reader = deferred<IteratorResult<T>>();
    this.#readers.push(reader);
    return reader.promise;
  }

  /** One producer has ended. */
  workerDone(): void {
    if (this.#remaining === 0) return;
    this.#remaining--;
    if (this.#remaining === 0) this.#end();
  }

  /** True when no element will come any more. */
  isDone(): boolean {
    return this.#isKilled || (this.#remaining === 0 && this.#elements.size === 0 && this.#writers.size === 0);
  }

  /** Ends all producers; what is in the queue can still be taken. */
  stop(): void {
    if (this.#remaining === 0) return;
    this.#remaining = 0;
    this.#end();
  }

  /** Ends all producers and throws away what is in the queue. */
  kill(): void {
    if (this.#isKilled) return;
    this.#isKilled = true;
    this.#remaining = 0;
    this.#elements.clear();
    this.#end();
    for (let writer = this.#writers.shift(); writer !== undefined; writer = this.#writers.shift())
      writer.done();
    this.onKill?.();
  }

  /** Kills it, and makes everybody who reads it fail with this error, now and later. */
  raise(error: unknown): void {
    this.#failure ??= { error };
    for (let reader = this.#readers.shift(); reader !== undefined; reader = this.#readers.shift())
      reader.reject(error);
    this.kill();
  }

  /** All elements; leaving the loop kills the queue. */
  [Symbol.asyncIterator](): AsyncIterator<T> {
    return {
      next: () => this.get(),
      return: () => {
        this.kill();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  /** There is room for what waits first. */
  #letIn(): void {
    const writer = this.#writers.shift();
    if (writer === undefined) return;
    this.#elements.push(writer.value);
    writer.done();
  }

  #end(): void {
    for (
      let reader = this.isDone() ? this.#readers.shift() : undefined;
      reader !== undefined;
      reader = this.#readers.shift()
    )
      reader.resolve({ done: true, value: undefined });
    this.onEnd?.();
  }
}

function checkCount(name: string, value: unknown, least: number): number {
  const wanted = `an integer of at least ${least}${least === 0 ? ", or Infinity" : ""}`;
  if (typeof value !== "number") throw wrongType(name, wanted, value);
  const isFine = (least === 0 && value === Number.POSITIVE_INFINITY) || Number.isSafeInteger(value);
  if (!isFine || value < least) throw outOfRange(name, wanted, value);
  return value;
}
