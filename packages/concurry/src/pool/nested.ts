import { poolsOfHost, poolsOfInlineWorker, type StopWithin } from "../protocol/nested-pools.ts";
import { realm } from "../protocol/realm.ts";

/** True in a thread or process that a pool started. */
export function isInsideWorker(): boolean {
  // Code of a bundle runs before its host does.
  return realm().isHost || realm().bootstrap !== undefined;
}

/**
 * Lets a pool that is made inside a worker end with it; elsewhere nothing happens.
 *
 * @returns To be called when the pool has ended by itself.
 */
export function endWithWorker(stop: StopWithin): () => void {
  const pools = poolsOfInlineWorker() ?? (isInsideWorker() ? poolsOfHost() : undefined);
  if (pools === undefined) return () => {};
  // Once the pool is made.
  if (pools.isOver) queueMicrotask(() => void stop(0));
  pools.stops.add(stop);
  return () => void pools.stops.delete(stop);
}
