import { nestedPools } from "../protocol/nested-pools.ts";

/**
 * Ends the pools that this worker has made and not stopped.
 *
 * In half the time that there is: the worker is ended when it is over, and a process inside it that never yields would
 * live on, since nobody is left to end it.
 */
export async function stopNested(limitMs: number): Promise<void> {
  await Promise.all([...nestedPools()].map((stop) => stop(limitMs / 2)));
}
