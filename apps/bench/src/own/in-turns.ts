const WARM_UPS = 2;

/** Runs something once and gives its figure. */
export type Way = () => Promise<number>;

/**
 * Runs all ways in turn, each first equally often: what disturbs the machine disturbs all.
 *
 * @returns The figures of each way, round by round; without those of the rounds that warm up.
 */
export async function inTurns(ways: readonly Way[], rounds: number): Promise<number[][]> {
  const figures: number[][] = ways.map(() => []);
  for (let round = -WARM_UPS; round < rounds; round += 1) {
    for (let step = 0; step < ways.length; step += 1) {
      const index = (step + round + WARM_UPS) % ways.length;
      const figure = await (ways[index] as Way)();
      if (round >= 0) figures[index]?.push(figure);
    }
  }
  return figures;
}
