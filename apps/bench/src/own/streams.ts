import { assertResult, usPerCall } from "../cases/case.ts";
import { runSingles } from "../cases/one.ts";
import { Bench } from "../workers/concurry-worker.ts";
import { inTurns } from "./in-turns.ts";
import { medianFigure, type OwnFigure, type OwnSettings, scaledCalls } from "./own-figure.ts";

const ITEMS = 20_000;
const CALLS = 2000;
const FEWEST = 512;

/** Items ahead of the consumer, and how much faster than single calls they are to come; 16 is the default, and only shown. */
const GOALS = [
  [16, undefined],
  [256, 5],
] as const;

const KINDS = [
  ["thread", "threads"],
  ["process", "processes"],
] as const;

interface Counting {
  count(items: number): AsyncIterable<number>;
}

/** Microseconds of one item. */
async function usPerItem(target: Counting, items: number): Promise<number> {
  let sum = 0;
  const start = performance.now();
  for await (const item of target.count(items)) sum += item;
  const elapsedMs = performance.now() - start;
  assertResult(sum === (items * (items - 1)) / 2, "a stream gave other items");
  return (elapsedMs * 1000) / items;
}

async function figuresOf(
  [mode, words]: (typeof KINDS)[number],
  { rounds, scale }: OwnSettings,
): Promise<readonly OwnFigure[]> {
  const calls = scaledCalls(CALLS, scale, FEWEST);
  const items = scaledCalls(ITEMS, scale, FEWEST);
  const pool = Bench.options({ mode, maxWorkers: 1 }).init();
  try {
    await pool.ready();
    const [single = [], ...streams] = await inTurns(
      [
        async () => usPerCall(await runSingles(pool, calls)),
        ...GOALS.map(
          ([highWaterMark]) =>
            () =>
              usPerItem(pool.with({ highWaterMark }), items),
        ),
      ],
      rounds,
    );
    return GOALS.map(([highWaterMark, atLeast], index) => {
      const ratios = (streams[index] ?? []).map((us, round) => (single[round] as number) / us);
      const title = `${words}: items of a stream / awaited calls, highWaterMark ${highWaterMark}`;
      const about = { workload: "streams", title, unit: "x" };
      return medianFigure(atLeast === undefined ? about : { ...about, goal: { atLeast } }, ratios);
    });
  } finally {
    await pool.stop();
  }
}

/** Items of a generator method against calls that are awaited one at a time, in one program. */
export async function streams(settings: OwnSettings): Promise<readonly OwnFigure[]> {
  const figures: OwnFigure[] = [];
  for (const kind of KINDS) figures.push(...(await figuresOf(kind, settings)));
  return figures;
}
