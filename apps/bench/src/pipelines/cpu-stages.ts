import { pipeline } from "@concurry/pipeline";
import { TaskPool } from "concurry";
import { assertResult } from "../cases/case.ts";
import { inTurns } from "../own/in-turns.ts";
import { medianFigure, type OwnFigure, type OwnSettings, scaledCalls } from "../own/own-figure.ts";
import { type Job, work } from "../workers/functions.ts";
import { ratios } from "./elements.ts";

// Twice as fast would be ideal.
const GOAL = 0.95 * 2;
const ELEMENTS = 100;
const FEWEST_ELEMENTS = 4;
// About milliseconds.
const UNITS = 5;

function* jobs(count: number): Generator<Job> {
  for (let seed = 0; seed < count; seed += 1) yield { seed, units: UNITS };
}

async function elapsedMs(pool: TaskPool, count: number): Promise<number> {
  const start = performance.now();
  const results = await pipeline(jobs(count)).map(work, { pool }).toArray();
  assertResult(results.length === count, `${results.length} of ${count} results came`);
  return performance.now() - start;
}

/** A stage that computes, in two threads against one; the threads are up before. */
export async function pipelineCpu({ rounds, scale }: OwnSettings): Promise<readonly OwnFigure[]> {
  const count = scaledCalls(ELEMENTS, scale, FEWEST_ELEMENTS);
  const pools = [1, 2].map((maxWorkers) => TaskPool.options({ mode: "thread", maxWorkers }).init());
  try {
    const ways = pools.map((pool) => () => elapsedMs(pool, count));
    const [one, two] = await inTurns(ways, rounds);
    const title = "threads, 5 ms of computing for an element: speed of 2 / of 1";
    const about = { workload: "pipeline-cpu", title, unit: "x", goal: { atLeast: GOAL } };
    return [medianFigure(about, ratios(one, two))];
  } finally {
    await Promise.all(pools.map((pool) => pool.stop()));
  }
}
