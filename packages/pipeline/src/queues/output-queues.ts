import type { IterableQueue } from "./iterable-queue.ts";

/** Makes the copies of an element for several consumers, in their order; undefined where one gets none. */
export type Copier<T> = (value: T) => readonly (T | undefined)[];

/**
 * The queues of all consumers of a stage: each gets every element.
 *
 * @example
 * const outputs = new OutputQueues([left, right]);
 * await outputs.put("to both");
 */
export class OutputQueues<T> {
  readonly #queues: readonly IterableQueue<T>[];
  readonly #copy: Copier<T> | undefined;

  /** @param copy Makes an element for each queue. Default: all get the same. */
  constructor(queues: readonly IterableQueue<T>[], copy?: Copier<T>) {
    this.#queues = queues;
    this.#copy = copy;
  }

  /** Elements that the fullest queue can still take; less than 0 when it has too many. Killed ones don't count. */
  get room(): number {
    if (this.#queues.length === 1) return (this.#queues[0] as IterableQueue<T>).room;
    let least = Number.POSITIVE_INFINITY;
    for (const queue of this.#queues) if (!queue.forceStop) least = Math.min(least, queue.room);
    return least === Number.POSITIVE_INFINITY && this.#queues.every(({ forceStop }) => forceStop)
      ? Number.NEGATIVE_INFINITY
      : least;
  }

  /** Adds an element to all; a promise, where one has no room, that resolves when it is in all. */
  put(value: T): void | Promise<void> {
    const waits: Promise<void>[] = [];
    for (const [at, copy] of this.#copies(value).entries()) {
      const wait = copy === undefined ? undefined : this.#queues[at]?.put(copy);
      if (wait !== undefined) waits.push(wait);
    }
    return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
  }

  /** @internal Adds an element to all, whether there is room or not. */
  push(value: T): void {
    if (this.#queues.length === 1) {
      (this.#queues[0] as IterableQueue<T>).push(value);
      return;
    }
    for (const [at, copy] of this.#copies(value).entries())
      if (copy !== undefined) this.#queues[at]?.push(copy);
  }

  /** One producer has ended. */
  workerDone(): void {
    for (const queue of this.#queues) queue.workerDone();
  }

  /** Ends all producers of all queues. */
  stop(): void {
    for (const queue of this.#queues) queue.stop();
  }

  /** Throws away what is in the queues, and ends them. */
  kill(): void {
    for (const queue of this.#queues) queue.kill();
  }

  #copies(value: T): readonly (T | undefined)[] {
    return this.#copy === undefined ? this.#queues.map(() => value) : this.#copy(value);
  }
}
