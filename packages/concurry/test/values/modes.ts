import type { Pool } from "concurry";
import { expect } from "vitest";

/** In which values pass by reference. */
export const SHARING_MODES = ["sync", "async"] as const;
/** In which values are copied. */
export const COPYING_MODES = ["thread", "process"] as const;
/** All of them. */
export const MODES = [...SHARING_MODES, ...COPYING_MODES] as const;

/** Stops a pool, and makes sure that each of its workers has ended. */
export async function stopAndCheck(pool: Pool): Promise<void> {
  const { workers } = pool.getPoolStats();
  const ended: number[] = [];
  pool.on("workerExit", ({ workerId }) => ended.push(workerId));
  await pool.stop();
  expect(ended.sort()).toEqual(workers.map(({ id }) => id));
  for (const { pid } of workers) if (pid !== undefined) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
}

/** What a promise rejects with. */
export async function failureOf(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it did not reject");
}
