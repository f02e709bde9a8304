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
// The heaps of the threads may still grow to their working size then; what grows later never comes back.
const [LATE_SHARE, END_SHARE] = [2, 10];
const MEBIBYTE = 2 ** 20;
const WORKLOAD = "pipeline-memory";

/** Resident memory of the whole program, threads included; nothing collects garbage but the engine itself. */
function residentMebibytes(): number {
  return process.memoryUsage.rss() / MEBIBYTE;
}

/** Resident memory after each tenth of `count`, up to `END_SHARE` times `count` elements. */
async function samplesOf(count: number): Promise<readonly number[]> {
  const total = count * END_SHARE;
  const run = pipeline(numbers(total))
    .map(increment, { mode: "thread", workers: 2 })
    .filter(async (value) => value > 0, { mode: "async", workers: 8 })
    .ordered()
    .start();
  const samples: number[] = [];
  const step = Math.floor(count / 10);
  let next = 1;
  for await (const value of run) {
    assertResult(value === next, `${value} came instead of ${next}`);
    if (value % step === 0) samples.push(residentMebibytes());
    next += 1;
  }
  assertResult(next === total + 1, `${next - 1} of ${total} elements came`);
  return samples;
}

/** What a long run through a thread, the event loop and an `ordered` adds to memory; once, in a fresh program. */
export async function pipelineMemory({ scale }: OwnSettings): Promise<readonly OwnFigure[]> {
  const count = scaledCalls(ELEMENTS, scale, FEWEST_ELEMENTS);
  const all = await samplesOf(count);
  const between = (from: number, to: number): readonly number[] => all.slice(from * 10 - 1, to * 10);
  const titleOf = (from: number, to: number): string =>
    `thread, async and ordered: resident memory from element ${from * count} to ${to * count}`;
  const about = { workload: WORKLOAD, unit: "MiB" };
  const [early, late] = [between(WARM_SHARE, 1), between(LATE_SHARE, END_SHARE)];
  const [lateHalf, endHalf] = [late.slice(0, late.length / 2), late.slice(late.length / 2)];
  return [
    {
      ...about,
      title: titleOf(WARM_SHARE, 1),
      value: (early.at(-1) as number) - (early[0] as number),
      samples: early,
      goal: { atMost: GOAL_MEBIBYTES },
    },
    {
      ...about,
      title: `${titleOf(LATE_SHARE, END_SHARE)}, lowest of its halves`,
      // It goes up and down with each collection: what stays shows where it is lowest.
      value: Math.min(...endHalf) - Math.min(...lateHalf),
      samples: late,
    },
    { ...about, title: "the most of it", value: Math.max(...all), samples: all },
  ];
}
