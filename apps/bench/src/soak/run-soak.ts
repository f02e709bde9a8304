import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { collectGarbage } from "../host/garbage.ts";
import { type HeapPoint, heapSlope } from "./heap-slope.ts";
import { type Load, withLoads } from "./loads.ts";

const MINUTE_MS = 60_000;
const SAMPLE_MS = 10_000;
/** Of a short run there are as many samples, closer together. */
const FEWEST_SAMPLES = 12;

const MEBIBYTE = 2 ** 20;
const GOAL_MEBIBYTES = 1;
const GOAL_CALLS = 1e6;

/** How far the load has got. */
interface Progress {
  calls: number;
  isOver: boolean;
}

async function runLane(load: Load, progress: Progress): Promise<void> {
  while (!progress.isOver) {
    await load.call(progress.calls);
    progress.calls += 1;
  }
}

/** What is left once everything that can go has gone: finalizers run between the two collections. */
async function heapAfterCollection(): Promise<number> {
  collectGarbage();
  await turn();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

async function sample(
  progress: Progress,
  durationMs: number,
  print: (line: string) => void,
): Promise<HeapPoint[]> {
  const points: HeapPoint[] = [];
  const start = performance.now();
  const pauseMs = Math.min(SAMPLE_MS, durationMs / FEWEST_SAMPLES);
  while (performance.now() - start < durationMs && !progress.isOver) {
    await sleep(pauseMs);
    const heapBytes = await heapAfterCollection();
    const point = { calls: progress.calls, heapBytes };
    points.push(point);
    const seconds = ((performance.now() - start) / 1000).toFixed(0).padStart(5);
    const mebibytes = (bytes: number): string => (bytes / MEBIBYTE).toFixed(2);
    const resident = mebibytes(process.memoryUsage.rss());
    print(`${seconds} s  ${point.calls} calls  RSS ${resident} MiB  heap ${mebibytes(heapBytes)} MiB`);
  }
  return points;
}

/**
 * Keeps pools of all kinds busy for so many minutes, and prints memory now and then; at the end, how the heap grew.
 *
 * @throws Error When a call has another result than it must have.
 */
export async function runSoak(minutes: number, print: (line: string) => void): Promise<void> {
  const points = await withLoads(async (loads) => {
    const progress: Progress = { calls: 0, isOver: false };
    const lanes = loads.flatMap((load) => Array.from({ length: load.lanes }, () => runLane(load, progress)));
    const end = (): void => {
      progress.isOver = true;
    };
    const sampled = sample(progress, minutes * MINUTE_MS, print).finally(end);
    // A wrong result ends all lanes, and with them the samples.
    const [found] = await Promise.all([sampled, Promise.all(lanes).finally(end)]);
    return found;
  });
  const growth = (heapSlope(points) * GOAL_CALLS) / MEBIBYTE;
  const verdict = growth < GOAL_MEBIBYTES ? "reached" : "MISSED";
  print(`heap: ${growth.toFixed(3)} MiB per 1M calls; below ${GOAL_MEBIBYTES}: ${verdict}`);
}
