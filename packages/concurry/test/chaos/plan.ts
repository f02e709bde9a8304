import { planStep, type Step } from "./actions.ts";
import { type PoolPlan, planPool } from "./pool-plan.ts";
import { Random } from "./random.ts";

const LEAST_STEPS = 30;
const MOST_STEPS = 90;

/** What one round does. The same seed makes the same plan. */
export interface Plan {
  readonly seed: number;
  readonly pool: PoolPlan;
  readonly steps: readonly Step[];
}

/**
 * Makes the plan of a seed.
 *
 * @param options.mode Replaces the mode's place in the plan: only plans of it are made, from the seed and those that
 * follow from it.
 */
export function makePlan(seed: number, isWanted: (pool: PoolPlan) => boolean = () => true): Plan {
  const random = new Random(seed);
  let pool = planPool(random);
  while (!isWanted(pool)) pool = planPool(random);
  const count = random.between(LEAST_STEPS, MOST_STEPS);
  return { seed, pool, steps: Array.from({ length: count }, () => planStep(random, pool)) };
}
