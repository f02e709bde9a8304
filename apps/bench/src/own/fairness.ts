import { setTimeout as sleep } from "node:timers/promises";
import { assertResult } from "../cases/case.ts";
import { collectGarbage } from "../host/garbage.ts";
import type { Incrementer } from "../peers/peer.ts";
import { quantile } from "../statistics.ts";
import { Bench } from "../workers/concurry-worker.ts";
import type { OwnFigure, OwnSettings } from "./own-figure.ts";
import { scaledCalls } from "./own-figure.ts";

const WAITING = 100_000;
const FEWEST_WAITING = 1000;
const PAUSE_MS = 5;
const QUIET_CALLS = 20;
const WARM_UPS = 2;

const QUANTILES = [
  ["p50", 0.5],
  ["p99", 0.99],
  ["max", 1],
] as const;

async function latencyUs(target: Incrementer): Promise<number> {
  const start = performance.now();
  assertResult((await target.increment(41)) === 42, "a lone call gave another number");
  return (performance.now() - start) * 1000;
}

/** Lone calls with nothing else to do. */
async function quiet(target: Incrementer): Promise<number[]> {
  const latencies: number[] = [];
  while (latencies.length < QUIET_CALLS) {
    await sleep(PAUSE_MS);
    latencies.push(await latencyUs(target));
  }
  return latencies;
}

/** Lone calls of one pool, until the burst of another, or of the same one, is through. */
async function besideBurst(target: Incrementer, busy: Incrementer, waiting: number): Promise<number[]> {
  const latencies: number[] = [];
  let isOver = false;
  const burst = Promise.all(Array.from({ length: waiting }, (_, index) => busy.increment(index))).finally(
    () => {
      isOver = true;
    },
  );
  do {
    latencies.push(await latencyUs(target));
    await sleep(PAUSE_MS);
  } while (!isOver);
  const results = await burst;
  assertResult(
    results.every((result, index) => result === index + 1),
    "a burst gave other numbers",
  );
  return latencies;
}

function figuresOf(words: string, samples: readonly number[], quietly: readonly number[]): OwnFigure[] {
  return QUANTILES.map(([name, at]) => {
    const value = quantile(samples, at);
    const factor = (value / quantile(quietly, at)).toFixed(1);
    const title = `${words}: ${name}${samples === quietly ? "" : `, x${factor} of quiet`}`;
    return { workload: "fairness", title, unit: "us", value, samples };
  });
}

/** Whether a lone call waits behind a hundred thousand others: of another pool, or of lower priority in its own. */
export async function fairness({ rounds, scale }: OwnSettings): Promise<readonly OwnFigure[]> {
  const waiting = scaledCalls(WAITING, scale, FEWEST_WAITING);
  const options = { mode: "thread", loadBalancing: "shared_queue" } as const;
  const busy = Bench.options({ ...options, maxWorkers: 2 }).init();
  const other = Bench.options({ ...options, maxWorkers: 1 }).init();
  const urgent = busy.with({ priority: 1 });
  const ways = [
    { words: "a lone call, quiet", run: () => quiet(other) },
    { words: `another pool has ${waiting} waiting`, run: () => besideBurst(other, busy, waiting) },
    {
      words: `priority 1, ${waiting} of priority 0 wait in its pool`,
      run: () => besideBurst(urgent, busy, waiting),
    },
  ];
  const samples: number[][] = ways.map(() => []);
  try {
    await Promise.all([busy.ready(), other.ready()]);
    for (let round = -WARM_UPS; round < rounds; round += 1) {
      for (const [index, { run }] of ways.entries()) {
        // What the burst before has left behind is not theirs.
        collectGarbage();
        const latencies = await run();
        if (round >= 0) samples[index]?.push(...latencies);
      }
    }
  } finally {
    await Promise.all([busy.stop(), other.stop()]);
  }
  const [quietly = []] = samples;
  return ways.flatMap(({ words }, index) => figuresOf(words, samples[index] ?? [], quietly));
}
