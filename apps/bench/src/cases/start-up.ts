import type { Target } from "../peers/peer.ts";
import { assertResult, type BenchCase, type Measurement, type Setting } from "./case.ts";

const FIRST = "ms to the first result";
const ALL = "ms to all";

/** Opens a pool, gives it a call per worker, and waits for the first and for all results. */
async function start(setting: Setting): Promise<Record<string, number>> {
  const begin = performance.now();
  const target = await setting.openAnother();
  try {
    const results = Array.from({ length: setting.workers }, (_, index) => target.increment(index));
    await Promise.race(results);
    const firstMs = performance.now() - begin;
    const values = await Promise.all(results);
    const allMs = performance.now() - begin;
    assertResult(
      values.every((value, index) => value === index + 1),
      "a call at start-up gave another number",
    );
    return { [FIRST]: firstMs, [ALL]: allMs };
  } finally {
    await target.stop();
  }
}

function startUp(name: string, title: string, compared: string, goals: BenchCase["goals"]): BenchCase {
  const run = async (_target: Target, calls: number, setting: Setting): Promise<Measurement> => {
    const figures = await start(setting);
    const elapsedMs = figures[compared] as number;
    return { calls, elapsedMs, speed: 1000 / elapsedMs, figures };
  };
  return { name, title, calls: 1, minCalls: 1, figure: "duration", goals, run };
}

/** From nothing to results, the library being loaded; threads are up together, so all results count. */
export const startUpThreads: BenchCase = {
  ...startUp("start-up", "start-up: from no pool to a result of each worker", ALL, { thread: 1.1 }),
  kinds: ["thread"],
};

/** Processes take long: the first that is up must get the first call. */
export const startUpProcesses: BenchCase = {
  ...startUp("start-up-first", "start-up: from no pool to the first result", FIRST, { process: 1 }),
  kinds: ["process"],
};
