import type { Item } from "../elements/element.ts";
import type { IterableQueue } from "../queues/iterable-queue.ts";

const MOST_AT_ONCE = 16;

/** Wakes a loop when its queue has room for several elements: to wake it costs as much as to bring one. */
export function wakeSeldom(queue: IterableQueue<Item>, wake: () => void): () => void {
  // 0 of a queue without a bound.
  const least = Math.min(MOST_AT_ONCE, queue.maxsize >> 2);
  if (least < 2) return wake;
  return () => {
    if (queue.room >= least) wake();
  };
}
