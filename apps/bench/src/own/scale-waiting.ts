import { assertResult } from "../cases/case.ts";
import { heapOfWaiting } from "../cases/memory.ts";
import type { Incrementer } from "../peers/peer.ts";
import { Bench } from "../workers/concurry-worker.ts";
import { inTurns } from "./in-turns.ts";
import { medianFigure, type OwnFigure, type OwnSettings } from "./own-figure.ts";

const BURSTS = [10, 100, 1000, 10_000, 100_000, 1_000_000];
const COMPARED = 1000;
/** Small bursts are repeated until there are this many calls. */
const CALLS = 50_000;
/** A round with a million calls takes seconds. */
const MOST_ROUNDS = 5;

const GOAL = 0.9;
const GOAL_BYTES = 600;

const WORKLOAD = "scale-waiting";

/** Microseconds of a call from the moment all of them wait; to make them is not counted. */
async function settleUs(pool: Incrementer, waiting: number, calls: number): Promise<number> {
  const repeats = Math.max(1, Math.floor(calls / waiting));
  let elapsedMs = 0;
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const all = Promise.all(Array.from({ length: waiting }, (_, index) => pool.increment(index)));
    const start = performance.now();
    const results = await all;
    elapsedMs += performance.now() - start;
    assertResult(
      results.every((result, index) => result === index + 1),
      `a burst of ${waiting} calls gave other numbers`,
    );
  }
  return (elapsedMs * 1000) / (repeats * waiting);
}

async function bytesOf(pool: Incrementer, waiting: number): Promise<OwnFigure> {
  const { bytes } = await heapOfWaiting(pool, waiting);
  const title = `heap of the caller per call, ${waiting} waiting`;
  return medianFigure({ workload: WORKLOAD, title, unit: "bytes", goal: { atMost: GOAL_BYTES } }, [bytes]);
}

/** Whether calls that wait slow down those that go: bursts of ten to a million. */
export async function scaleWaiting({ rounds, scale }: OwnSettings): Promise<readonly OwnFigure[]> {
  const bursts = BURSTS.filter((waiting) => waiting <= Math.max(COMPARED, scale * 1_000_000));
  const largest = bursts.at(-1) as number;
  const pool = Bench.options({ mode: "thread", maxWorkers: 2, loadBalancing: "shared_queue" }).init();
  try {
    await pool.broadcast.increment(0);
    const figures = await inTurns(
      bursts.map((waiting) => () => settleUs(pool, waiting, CALLS * scale)),
      Math.min(rounds, MOST_ROUNDS),
    );
    const costs = bursts.map((waiting, index) => {
      const title = `threads: ${waiting} calls wait, from then to the last result`;
      return medianFigure({ workload: WORKLOAD, title, unit: "us per call" }, figures[index] ?? []);
    });
    const compared = figures[bursts.indexOf(COMPARED)] ?? [];
    const ratios = (figures.at(-1) ?? []).map((us, round) => (compared[round] as number) / us);
    const title = `rate with ${largest} waiting / rate with ${COMPARED} waiting`;
    const ratio = medianFigure({ workload: WORKLOAD, title, unit: "x", goal: { atLeast: GOAL } }, ratios);
    return [...costs, ratio, await bytesOf(pool, largest)];
  } finally {
    await pool.stop();
  }
}
