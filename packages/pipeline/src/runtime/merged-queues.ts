import type { Item } from "../elements/element.ts";
import type { IterableQueue } from "../queues/iterable-queue.ts";
import { RingBuffer } from "../queues/ring-buffer.ts";
import type { Inlet } from "./run-node.ts";

/** Several queues as one: elements in the order in which they came, whatever queue they came in. */
export class MergedQueues implements Inlet {
  readonly #queues: readonly IterableQueue<Item>[];
  readonly #arrivals: RingBuffer<number> = new RingBuffer();
  readonly #hasPositions: boolean;

  /** @param hasPositions Whether the position of its queue is put in front of an element's index. */
  constructor(queues: readonly IterableQueue<Item>[], hasPositions: boolean) {
    this.#queues = queues;
    this.#hasPositions = hasPositions;
  }

  /** Sets who hears of elements and ends. */
  listen(listener: () => void): void {
    for (const [position, queue] of this.#queues.entries()) {
      queue.onPut = () => {
        this.#arrivals.push(position);
        listener();
      };
      queue.onEnd = listener;
    }
  }

  poll(): Item | undefined {
    const position = this.#arrivals.shift();
    if (position === undefined) return undefined;
    const item = this.#queues[position]?.poll();
    if (item !== undefined && this.#hasPositions) item.index = [position, ...item.index];
    return item;
  }

  isDone(): boolean {
    return this.#queues.every((queue) => queue.isDone());
  }

  kill(): void {
    for (const queue of this.#queues) queue.kill();
  }
}
