import type { Item } from "../elements/element.ts";
import type { IterableQueue } from "../queues/iterable-queue.ts";

/** The values of a queue, for code that takes a plain iterable. */
export function valuesOf(queue: IterableQueue<Item>): AsyncIterableIterator<unknown> {
  const values: AsyncIterableIterator<unknown> = {
    async next() {
      const { done, value } = await queue.get();
      return done ? { done: true, value: undefined } : { done: false, value: value.value };
    },
    async return() {
      queue.kill();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => values,
  };
  return values;
}
