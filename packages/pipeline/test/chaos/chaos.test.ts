import { expect, test } from "vitest";
import { makePlan } from "./plan.ts";
import { runRound } from "./round.ts";
import { judge } from "./verdict.ts";

// Quick ones, that have all modes, policies and ends among them.
const SEEDS = [3, 4, 7, 20, 22, 25, 28];
const FRESH_SEED = Math.floor(Math.random() * 2 ** 31);

test.each([...SEEDS, FRESH_SEED])(
  "a pipeline whose workers are killed loses nothing silently, under the plan of seed %i",
  async (seed) => {
    const round = await runRound(makePlan(seed));
    expect(judge(round), JSON.stringify(round.plan)).toEqual([]);
  },
);
