import { nestedPools, type StopWithin } from "../protocol/nested-pools.ts";
import { realm } from "../protocol/realm.ts";

/**
 * Lets a pool that is made inside a worker end with it; elsewhere nothing happens.
 *
 * @returns To be called when the pool has ended by itself.
 */
export function endWithWorker(stop: StopWithin): () => void {
  // Code of a bundle runs before its host does.
  if (!realm().isHost && realm().bootstrap === undefined) return () => {};
  nestedPools().add(stop);
  return () => void nestedPools().delete(stop);
}
