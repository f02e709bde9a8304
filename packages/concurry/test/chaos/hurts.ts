import type { Wound } from "#workers/victim";
import { isHosted, type PoolPlan } from "./pool-plan.ts";
import type { Random } from "./random.ts";

/** What is done to a worker from the outside. */
export type Blow = "SIGKILL" | "SIGTERM" | "terminate";

/** One way to hurt a worker. */
export interface HurtPlan {
  readonly how: Blow | Wound;
  /** Whether it is done from outside, or by a call. */
  readonly from: "outside" | "inside";
  /** Place among the workers, from 0 up to 1. */
  readonly victim: number;
}

interface Hurt extends Pick<HurtPlan, "how" | "from"> {
  readonly in: "thread" | "process" | "both";
  readonly weight: number;
}

const HURTS: readonly Hurt[] = [
  { how: "SIGKILL", from: "outside", in: "process", weight: 8 },
  { how: "SIGTERM", from: "outside", in: "process", weight: 4 },
  { how: "terminate", from: "outside", in: "thread", weight: 10 },
  { how: "exit", from: "inside", in: "both", weight: 4 },
  { how: "exitLater", from: "inside", in: "both", weight: 4 },
  { how: "throwLater", from: "inside", in: "both", weight: 3 },
  { how: "rejectLater", from: "inside", in: "both", weight: 3 },
  { how: "blockLater", from: "inside", in: "both", weight: 2 },
  { how: "killItself", from: "inside", in: "process", weight: 2 },
  { how: "closeRequests", from: "inside", in: "process", weight: 1 },
  { how: "closeReplies", from: "inside", in: "process", weight: 1 },
  { how: "disconnect", from: "inside", in: "process", weight: 1 },
  { how: "closePort", from: "inside", in: "thread", weight: 1 },
  { how: "closeParentPort", from: "inside", in: "thread", weight: 0.5 },
  // A process with a small heap: it takes a second, so it is rare.
  { how: "outOfMemory", from: "inside", in: "process", weight: 0.3 },
];

/** Where workers write to the program's own standard error. */
const LOUD: ReadonlySet<string> = new Set(["throwLater", "rejectLater", "outOfMemory"]);

export function planHurt(random: Random, pool: PoolPlan): HurtPlan {
  const hurts = HURTS.filter((hurt) => {
    return (hurt.in === "both" || hurt.in === pool.mode) && !(pool.onDemand && LOUD.has(hurt.how));
  });
  const { how, from } = random.weighted(hurts, ({ weight }) => weight);
  return { how, from, victim: random.next() };
}

export function canBeHurt(pool: PoolPlan): boolean {
  return isHosted(pool) && pool.isRough;
}
