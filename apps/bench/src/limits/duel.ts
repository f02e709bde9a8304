import { median, quantile } from "../statistics.ts";

// As long as the longest title.
const TITLE_WIDTH = 62;

/** Two ways of doing the same, and how much slower the first may be. */
export interface Duel {
  readonly title: string;
  /** Wanted: time of `ours` / time of `theirs` at most this. */
  readonly goal: number;
  /** Operations of one stretch. */
  readonly operations: number;
  ours(operations: number): Promise<unknown>;
  theirs(operations: number): Promise<unknown>;
}

/** How two ways compare. */
export interface DuelResult {
  readonly title: string;
  readonly goal: number;
  /** Median over the rounds of time of ours / time of theirs; below 1 ours is faster. */
  readonly ratio: number;
  readonly upperQuartile: number;
  /** Microseconds of one operation, medians. */
  readonly oursUs: number;
  readonly theirsUs: number;
}

async function timeUs(way: (operations: number) => Promise<unknown>, operations: number): Promise<number> {
  const start = performance.now();
  await way(operations);
  return ((performance.now() - start) * 1000) / operations;
}

/** Short stretches in turn, each way first equally often: what disturbs the machine disturbs both. */
export async function fight(duel: Duel, rounds: number): Promise<DuelResult> {
  const { title, goal, operations } = duel;
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = -2; round < rounds; round += 1) {
    const first = round % 2 === 0;
    const before = first ? await timeUs(duel.ours, operations) : undefined;
    const their = await timeUs(duel.theirs, operations);
    const our = before ?? (await timeUs(duel.ours, operations));
    // The first two warm up.
    if (round < 0) continue;
    ours.push(our);
    theirs.push(their);
  }
  const ratios = ours.map((our, round) => our / (theirs[round] as number));
  return {
    title,
    goal,
    ratio: median(ratios),
    upperQuartile: quantile(ratios, 0.75),
    oursUs: median(ours),
    theirsUs: median(theirs),
  };
}

/** One line for the table. */
export function describeDuel({ title, goal, ratio, upperQuartile, oursUs, theirsUs }: DuelResult): string {
  const verdict = ratio <= goal ? "reached" : "MISSED";
  const figures = `x${ratio.toFixed(2)}, upper quartile x${upperQuartile.toFixed(2)}; at most x${goal.toFixed(2)}: ${verdict}`;
  return `${title.padEnd(TITLE_WIDTH)} ${figures} (${oursUs.toFixed(2)} against ${theirsUs.toFixed(2)} us)`;
}
