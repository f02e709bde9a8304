import { pipeline } from "@concurry/pipeline";
import { TaskPool } from "concurry";
import { inTurns } from "../own/in-turns.ts";
import { medianFigure, type OwnFigure, type OwnSettings, scaledCalls } from "../own/own-figure.ts";
import { increment } from "../workers/functions.ts";
import { numbers, ratios, sumOf, usPerElement } from "./elements.ts";

const ELEMENTS = 10_000;
const FEWEST_ELEMENTS = 64;
const AT_ONCE = [1, 64];
const WORKLOAD = "pipeline-calls";

/** What a stage does, without the stage: so many loops, each with one call at a time. */
async function* inLoops(pool: TaskPool, count: number, atOnce: number): AsyncGenerator<number> {
  const elements = numbers(count);
  let sum = 0;
  const loop = async (): Promise<void> => {
    for (const value of elements) {
      const result = await pool.submit(increment, value);
      sum += result;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, loop));
  yield sum;
}

async function figuresOf(
  pool: TaskPool,
  words: string,
  count: number,
  rounds: number,
): Promise<readonly OwnFigure[]> {
  const sum = sumOf(count) + count;
  const ways = AT_ONCE.flatMap((workers) => [
    () => usPerElement(pipeline(numbers(count)).map(increment, { pool, workers }), count, sum),
    () => usPerElement(inLoops(pool, count, workers), count, sum),
  ]);
  const times = await inTurns(ways, rounds);
  return AT_ONCE.flatMap((workers, index) => {
    const [stage = [], loops] = times.slice(2 * index);
    const title = `${words}, ${workers} at once`;
    return [
      medianFigure({ workload: WORKLOAD, title, unit: "us per element" }, stage),
      medianFigure(
        { workload: WORKLOAD, title: `${title}: time / calls in loops`, unit: "x" },
        ratios(stage, loops),
      ),
    ];
  });
}

/** Tiny elements through a stage in one thread, and in one process: what a stage adds to the calls of its pool. */
export async function pipelineCalls({ rounds, scale }: OwnSettings): Promise<readonly OwnFigure[]> {
  const count = scaledCalls(ELEMENTS, scale, FEWEST_ELEMENTS);
  const figures: OwnFigure[] = [];
  for (const mode of ["thread", "process"] as const) {
    const pool = TaskPool.options({ mode, maxWorkers: 1 }).init();
    try {
      figures.push(...(await figuresOf(pool, `${mode} stage`, count, rounds)));
    } finally {
      await pool.stop();
    }
  }
  return figures;
}
