import { setTimeout as sleep } from "node:timers/promises";
import { collectGarbage } from "../host/garbage.ts";
import type { Target } from "../peers/peer.ts";
import { assertResult, type BenchCase, type Measurement, type Setting } from "./case.ts";
import { memoryOfChildren } from "./resident.ts";

const MEBIBYTE = 2 ** 20;
const CALLS_PER_WORKER = 4;

const SAMPLE_MS = 100;
const SAMPLES = 3;
/** Samples that differ less are at rest. */
const REST_SHARE = 0.01;
/** A machine that never comes to rest gives a rough figure. */
const MOST_SAMPLES = 50;

/** Reads until so many samples in a row are nearly equal: all workers are up then, and idle. */
async function readAtRest(read: () => number): Promise<number> {
  const samples: number[] = [];
  for (let count = 0; count < MOST_SAMPLES; count += 1) {
    await sleep(SAMPLE_MS);
    collectGarbage();
    samples.push(read());
    const last = samples.slice(-SAMPLES);
    const [low, high] = [Math.min(...last), Math.max(...last)];
    if (last.length === SAMPLES && high - low <= REST_SHARE * high) return high;
  }
  return samples.at(-1) as number;
}

async function runWorkers(_target: Target, calls: number, setting: Setting): Promise<Measurement> {
  const start = performance.now();
  const read = setting.kind === "thread" ? () => process.memoryUsage.rss() : memoryOfChildren;
  const before = await readAtRest(read);
  // They end with their host, right after this: a library that can't end idle workers has a figure, too.
  const more = await setting.openAnother(calls);
  await more.ready?.();
  const numbers = Array.from({ length: calls * CALLS_PER_WORKER }, (_, index) => index);
  const results = await Promise.all(numbers.map((value) => more.increment(value)));
  assertResult(
    results.every((result, index) => result === index + 1),
    "a call of an idle worker gave another number",
  );
  const mebibytes = ((await readAtRest(read)) - before) / calls / MEBIBYTE;
  const elapsedMs = performance.now() - start;
  return { calls, elapsedMs, speed: 1 / mebibytes, figures: { "MiB per worker": mebibytes } };
}

/** What one more idle worker takes: of its program in threads, of all children in processes. */
export const memoryPerWorker: BenchCase = {
  name: "memory-worker",
  title: "memory of an idle worker (processes: Linux only)",
  // The calls are workers here.
  calls: 8,
  minCalls: 2,
  figure: "memory",
  needsFreshHost: true,
  mostRounds: 5,
  goals: {},
  run: runWorkers,
};
