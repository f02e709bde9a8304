import { pipeline } from "@concurry/pipeline";
import { TaskPool } from "concurry";
import type { Duel } from "../limits/duel.ts";
import { type Job, work } from "../workers/functions.ts";

// 0.95 of twice as fast.
const GOAL = 1 / (0.95 * 2);
const ELEMENTS = 100;
// About milliseconds.
const UNITS = 5;

function* jobs(count: number): Generator<Job> {
  for (let seed = 0; seed < count; seed += 1) yield { seed, units: UNITS };
}

/** A stage that computes, in two threads against one; the threads are up before. */
export async function withCpuStages<T>(use: (duels: readonly Duel[]) => Promise<T>): Promise<T> {
  const pools = [2, 1].map((maxWorkers) => TaskPool.options({ mode: "thread", maxWorkers }).init());
  try {
    const [ours, theirs] = pools.map((pool) => async (count: number) => {
      const results = await pipeline(jobs(count)).map(work, { pool }).toArray();
      if (results.length !== count) throw new Error(`${results.length} of ${count} results came.`);
    });
    if (ours === undefined || theirs === undefined) throw new Error("There are two pools.");
    const title = "thread stage that computes 5 ms, 2 workers / 1";
    return await use([{ title, goal: GOAL, operations: ELEMENTS, ours, theirs }]);
  } finally {
    await Promise.all(pools.map((pool) => pool.stop()));
  }
}
