import { acquireDuels } from "./acquires.ts";
import { type Duel, describeDuel, fight } from "./duel.ts";
import { withPools } from "./pool-calls.ts";

/** Measures what limits cost, and prints a line for each ratio as soon as it is known. */
export async function runLimits(rounds: number, print: (line: string) => void): Promise<void> {
  const fightAll = async (duels: readonly Duel[]): Promise<void> => {
    for (const duel of duels) print(describeDuel(await fight(duel, rounds)));
  };
  await withPools(fightAll);
  await fightAll(acquireDuels());
}
