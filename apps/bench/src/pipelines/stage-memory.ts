import { pipeline } from "@concurry/pipeline";
import { assertResult } from "../cases/case.ts";
import type { OwnFigure, OwnSettings } from "../own/own-figure.ts";
import { scaledCalls } from "../own/own-figure.ts";
import { increment } from "../workers/functions.ts";
import { numbers } from "./elements.ts";

const GOAL_MEBIBYTES = 20;
const ELEMENTS = 100_000;
const FEWEST_ELEMENTS = 1000;
// By then everything has been made and compiled that there is to be.
const WARM_SHARE = 0.2;
const MEBIBYTE = 2 ** 20;
const WORKLOAD = "pipeline-memory";

/** Resident memory of the whole program, threads included; nothing collects garbage but the engine itself. */
function residentMebibytes(): number {
  return process.memoryUsage.rss() / MEBIBYTE;
}

/** What a long run through a thread, the event loop and an `ordered` adds to memory; once, in a fresh program. */
export async function pipelineMemory({ scale }: OwnSettings): Promise<readonly OwnFigure[]> {
  const count = scaledCalls(ELEMENTS, scale, FEWEST_ELEMENTS);
  const run = pipeline(numbers(count))
    .map(increment, { mode: "thread", workers: 2 })
    .filter(async (value) => value > 0, { mode: "async", workers: 8 })
    .ordered()
    .start();
  const samples: number[] = [];
  const [first, step] = [count * WARM_SHARE, count / 10];
  let next = 1;
  for await (const value of run) {
    assertResult(value === next, `${value} came instead of ${next}`);
    if (value >= first && value % step === 0) samples.push(residentMebibytes());
    next += 1;
  }
  assertResult(next === count + 1, `${next - 1} of ${count} elements came`);
  const about = { workload: WORKLOAD, unit: "MiB" };
  const growth = (samples.at(-1) as number) - (samples[0] as number);
  const title = "thread, async and ordered: resident memory from element 20 % to 100 %";
  return [
    { ...about, title, value: growth, samples, goal: { atMost: GOAL_MEBIBYTES } },
    { ...about, title: "the most of it", value: Math.max(...samples), samples },
  ];
}
