import { usPerCall } from "../cases/case.ts";
import { runLoop } from "../cases/loop64.ts";
import { Bench } from "../workers/concurry-worker.ts";
import { inTurns } from "./in-turns.ts";
import { medianFigure, type OwnFigure, type OwnSettings, scaledCalls } from "./own-figure.ts";

const WORKERS = [1, 2, 4, 8, 16, 32, 64];
const LEAST_OUTSTANDING = 64;
const OUTSTANDING_PER_WORKER = 4;
const CALLS = 10_000;
const FEWEST_CALLS = 512;

async function figureOf(workers: number, calls: number, rounds: number): Promise<OwnFigure> {
  const pool = Bench.options({ mode: "thread", maxWorkers: workers, loadBalancing: "shared_queue" }).init();
  const outstanding = Math.max(LEAST_OUTSTANDING, OUTSTANDING_PER_WORKER * workers);
  try {
    // Each worker once: all are up.
    await pool.broadcast.increment(0);
    const [samples = []] = await inTurns(
      [async () => usPerCall(await runLoop(pool, calls, outstanding))],
      rounds,
    );
    const title = `threads: ${workers} worker(s), ${outstanding} outstanding`;
    return medianFigure({ workload: "scale-workers", title, unit: "us per call" }, samples);
  } finally {
    await pool.stop();
  }
}

/** What a call costs with more and more workers, also far more than cores. */
export async function scaleWorkers({ rounds, scale }: OwnSettings): Promise<readonly OwnFigure[]> {
  const calls = scaledCalls(CALLS, scale, FEWEST_CALLS);
  const figures: OwnFigure[] = [];
  for (const workers of WORKERS) figures.push(await figureOf(workers, calls, rounds));
  return figures;
}
