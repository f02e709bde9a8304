import { acquireDuels } from "./acquires.ts";
import { type Duel, type DuelResult, fight } from "./duel.ts";
import { withPools } from "./pool-calls.ts";

const TITLE_WIDTH = 62;

function lineOf({ title, goal, ratio, upperQuartile, oursUs, theirsUs }: DuelResult): string {
  const verdict = ratio <= goal ? "reached" : "MISSED";
  const figures = `x${ratio.toFixed(2)}, upper quartile x${upperQuartile.toFixed(2)}; at most x${goal}: ${verdict}`;
  return `${title.padEnd(TITLE_WIDTH)} ${figures} (${oursUs.toFixed(2)} against ${theirsUs.toFixed(2)} us)`;
}

/** Measures what limits cost, and prints a line for each ratio as soon as it is known. */
export async function runLimits(rounds: number, print: (line: string) => void): Promise<void> {
  const fightAll = async (duels: readonly Duel[]): Promise<void> => {
    for (const duel of duels) print(lineOf(await fight(duel, rounds)));
  };
  await withPools(fightAll);
  await fightAll(acquireDuels());
}
