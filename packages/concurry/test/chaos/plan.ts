import { planStep, planStop, type Step } from "./actions.ts";
import { type PoolPlan, planPool } from "./pool-plan.ts";
import { Random } from "./random.ts";

const LEAST_STEPS = 30;
const MOST_STEPS = 90;
/** So many plans have their pool stopped in the middle of all, and go on a little. */
const STOPPED_SHARE = 0.3;
const STEPS_AFTER_STOP = 6;

/** What one round does. The same seed and options make the same plan. */
export interface Plan {
  readonly seed: number;
  readonly pool: PoolPlan;
  readonly steps: readonly Step[];
}

/** What narrows a plan down. */
export interface PlanOptions {
  /** Only pools of this mode. Default: any. */
  readonly mode?: string | undefined;
  /** How many steps it has; to reduce a failure. Default: from 30 to 90. */
  readonly steps?: number | undefined;
}

/** Makes the plan of a seed. */
export function makePlan(seed: number, { mode, steps }: PlanOptions = {}): Plan {
  const random = new Random(seed);
  let pool = planPool(random);
  while (mode !== undefined && pool.mode !== mode) pool = planPool(random);
  const count = random.between(LEAST_STEPS, MOST_STEPS);
  const all = Array.from({ length: steps ?? count }, () => planStep(random, pool));
  if (!random.chance(STOPPED_SHARE)) return { seed, pool, steps: all };
  const stopAt = random.between(Math.floor(all.length / 3), all.length);
  const after = all.slice(stopAt, stopAt + STEPS_AFTER_STOP);
  return { seed, pool, steps: [...all.slice(0, stopAt), planStop(random, pool), ...after] };
}
