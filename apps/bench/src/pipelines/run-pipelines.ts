import { type Duel, describeDuel, fight } from "../limits/duel.ts";
import { asyncMapDuels } from "./async-maps.ts";
import { withCpuStages } from "./cpu-stages.ts";
import { syncStagesDuel } from "./sync-stages.ts";

/** Measures pipelines, and prints a line for each ratio as soon as it is known. */
export async function runPipelines(rounds: number, print: (line: string) => void): Promise<void> {
  const fightAll = async (duels: readonly Duel[]): Promise<void> => {
    for (const duel of duels) print(describeDuel(await fight(duel, rounds)));
  };
  await fightAll([syncStagesDuel(), ...asyncMapDuels()]);
  await withCpuStages(fightAll);
}
