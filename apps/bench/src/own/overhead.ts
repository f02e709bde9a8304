import { runBurst } from "../cases/burst.ts";
import { type Measurement, usPerCall } from "../cases/case.ts";
import { runLoop } from "../cases/loop64.ts";
import type { Incrementer } from "../peers/peer.ts";
import { Bench } from "../workers/concurry-worker.ts";
import { inTurns } from "./in-turns.ts";
import { medianFigure, type OwnFigure, type OwnSettings, scaledCalls } from "./own-figure.ts";

const GOAL = 1.15;
const CALLS = 10_000;
const FEWEST_CALLS = 128;
const TIMEOUT_MS = 30_000;

const SHAPES = [
  { words: "a burst", run: runBurst },
  { words: "64 outstanding", run: (target: Incrementer, calls: number) => runLoop(target, calls) },
];

/** What is configured but has nothing to do, against a pool that has none of it; threads, both in one program. */
export async function overhead({ rounds, scale }: OwnSettings): Promise<readonly OwnFigure[]> {
  const calls = scaledCalls(CALLS, scale, FEWEST_CALLS);
  const options = { mode: "thread", maxWorkers: 1, loadBalancing: "shared_queue" } as const;
  const bare = Bench.options(options).init();
  const full = Bench.options({ ...options, retry: { retries: 2 }, timeoutMs: TIMEOUT_MS }).init();
  full.on("resize", () => undefined);
  const withStats = async (run: Promise<Measurement>): Promise<number> => {
    const us = usPerCall(await run);
    const start = performance.now();
    full.getPoolStats();
    return us + ((performance.now() - start) * 1000) / calls;
  };
  try {
    await Promise.all([bare.ready(), full.ready()]);
    const ways = SHAPES.flatMap(({ run }) => [
      () => withStats(run(full, calls)),
      async () => usPerCall(await run(bare, calls)),
    ]);
    const figures = await inTurns(ways, rounds);
    return SHAPES.map(({ words }, index) => {
      const [ours = [], theirs = []] = figures.slice(2 * index);
      const ratios = ours.map((us, round) => us / (theirs[round] as number));
      const title = `retry, time limit, listener and stats / a bare pool: ${words}`;
      return medianFigure({ workload: "overhead", title, unit: "x", goal: { atMost: GOAL } }, ratios);
    });
  } finally {
    await Promise.all([bare.stop(), full.stop()]);
  }
}
