import type { Item } from "../elements/element.ts";
import type { Link } from "../graph/walk-graph.ts";
import { IterableQueue } from "../queues/iterable-queue.ts";
import { DirectQueue } from "../queues/lazy-queues.ts";
import { isInline } from "./callers.ts";

/** The queue in front of a stage. */
export function newQueue({ from, to }: Link): IterableQueue<Item> {
  const { work } = to;
  if (work.kind === "function" && !isInline(work))
    return new IterableQueue({ maxsize: work.options.maxsize });
  if (work.kind === "ordered") return new IterableQueue();
  if (work.kind === "concat") return new IterableQueue({ maxsize: work.maxsize });
  if (work.kind === "branch" && from.work.kind === "tee")
    return new IterableQueue({ maxsize: from.work.maxsize });
  return new DirectQueue();
}
