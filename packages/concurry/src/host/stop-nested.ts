import { type NestedPools, poolsOfHost } from "../protocol/nested-pools.ts";

/**
 * Ends the pools of the worker that has this realm for itself.
 *
 * In half the time that there is: the worker is ended when it is over, and a process inside it that never yields would
 * live on, since nobody is left to end it.
 */
export function stopNested(limitMs: number): Promise<void> {
  return stopPools(poolsOfHost(), limitMs / 2);
}

/** Ends the pools that a worker has made and not stopped. */
export async function stopPools({ stops }: NestedPools, limitMs: number): Promise<void> {
  await Promise.all([...stops].map((stop) => stop(limitMs)));
}
