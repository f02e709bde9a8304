import type { Item } from "../elements/element.ts";
import type { IterableQueue } from "../queues/iterable-queue.ts";
import type { Plane, RunNode } from "./run-node.ts";
import { wakeSeldom } from "./wake-seldom.ts";

/** Sees to it that a node hears when there is room behind it, and is ended when nobody takes from it any more. */
export function hearOutputs(
  node: RunNode,
  queues: readonly IterableQueue<Item>[],
  plane: Plane,
  isLoop: boolean,
): void {
  const { wake } = node;
  const look = (): void => {
    if (queues.every(({ forceStop }) => forceStop)) plane.leave(node);
    else wake();
  };
  for (const queue of queues) {
    queue.onTake = isLoop ? wakeSeldom(queue, wake) : wake;
    // Later: the node may be at work.
    queue.onKill = () => queueMicrotask(look);
  }
}
