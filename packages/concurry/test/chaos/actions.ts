import { setTimeout as pause } from "node:timers/promises";
import { type CallPlan, cancelCall, makeCall, planCall } from "./calls.ts";
import { canBeHurt, type HurtPlan, planHurt } from "./hurts.ts";
import { isHosted, MOST_WORKERS, type PoolPlan } from "./pool-plan.ts";
import type { Random } from "./random.ts";
import type { Round } from "./round.ts";

/**
 * Something that may be done to a pool. To have the suite do one thing more, add an entry to {@link ACTIONS}: what
 * `plan` returns is plain data, so that a plan can be printed and made again from its seed.
 */
interface Action<Data> {
  readonly name: string;
  /** How often it comes, in relation to the others; 0 where it doesn't suit the pool. */
  weight(pool: PoolPlan): number;
  plan(random: Random, pool: PoolPlan): Data;
  run(round: Round, data: Data): void | Promise<void>;
}

/** An action, whatever its data. */
interface Kind {
  weight(pool: PoolPlan): number;
  step(random: Random, pool: PoolPlan): Step;
}

/** One action with its data. */
export interface Step {
  readonly name: string;
  readonly data: unknown;
  run(round: Round): void | Promise<void>;
}

function kind<Data>({ name, weight, plan, run }: Action<Data>): Kind {
  const step = (random: Random, pool: PoolPlan): Step => {
    const data = plan(random, pool);
    return { name, data, run: (round) => run(round, data) };
  };
  return { weight, step };
}

const MOST_IN_BURST = 40;
// Each of them starts a worker.
const MOST_ON_DEMAND = 4;
const LONGEST_PAUSE_MS = 25;

const burst: Action<readonly CallPlan[]> = {
  name: "burst",
  weight: () => 10,
  plan: (random, pool) =>
    Array.from({ length: random.between(1, pool.onDemand ? MOST_ON_DEMAND : MOST_IN_BURST) }, () =>
      planCall(random, pool),
    ),
  run: (round, plans) => {
    for (const plan of plans) round.calls.push(makeCall(round, plan));
  },
};

/** Many calls that are alike, so that they travel together. */
const swarm: Action<{ readonly plan: CallPlan; readonly count: number }> = {
  name: "swarm",
  weight: ({ onDemand }) => (onDemand ? 0 : 2),
  plan: (random, pool) => ({ plan: planCall(random, pool, "work"), count: random.between(50, 300) }),
  run: (round, { plan, count }) => {
    const alike = { ...plan, cancel: undefined, promise: undefined };
    for (let made = 0; made < count; made += 1) round.calls.push(makeCall(round, alike));
  },
};

const rest: Action<number> = {
  name: "pause",
  weight: () => 8,
  plan: (random) => random.below(LONGEST_PAUSE_MS),
  run: (_round, milliseconds) => pause(milliseconds),
};

const hurt: Action<{ readonly hurt: HurtPlan; readonly call: CallPlan }> = {
  name: "hurt",
  weight: (pool) => (canBeHurt(pool) ? 4 : 0),
  plan: (random, pool) => ({ hurt: planHurt(random, pool), call: planCall(random, pool, "work") }),
  run: async (round, { hurt, call }) => {
    if (hurt.from === "outside") await round.strike(hurt);
    else round.calls.push(makeCall(round, { ...call, method: "hurt", wound: hurt.how as CallPlan["wound"] }));
  },
};

const cancelSome: Action<readonly number[]> = {
  name: "cancelSome",
  weight: () => 2,
  plan: (random) => Array.from({ length: random.between(1, 10) }, () => random.next()),
  run: (round, places) => {
    for (const place of places) {
      const open = round.calls.filter(({ outcome, cancelAsked }) => outcome === undefined && !cancelAsked);
      const call = open[Math.floor(place * open.length)];
      if (call !== undefined) cancelCall(call);
    }
  },
};

const broadcast: Action<undefined> = {
  name: "broadcast",
  weight: () => 1.5,
  plan: () => undefined,
  run: (round) => round.broadcast(),
};

const drain: Action<undefined> = {
  name: "drain",
  weight: () => 0.5,
  plan: () => undefined,
  run: (round) => round.expectEnd("drain()", round.pool.drain()),
};

const ready: Action<boolean> = {
  name: "ready",
  weight: () => 1,
  plan: (random) => random.chance(0.7),
  run: (round, isAwaited) => {
    const ready = round.pool.ready();
    round.expectEnd("ready()", ready);
    // One who waits goes on when the pool is stopped, or all its workers are dead.
    return isAwaited ? ready.catch(() => {}) : undefined;
  },
};

const look: Action<undefined> = {
  name: "look",
  weight: () => 2,
  plan: () => undefined,
  run: (round) => round.look(),
};

const resize: Action<number> = {
  name: "resize",
  weight: (pool) => (isHosted(pool) ? 1 : 0),
  plan: (random) => random.between(1, MOST_WORKERS),
  run: (round, maxWorkers) => round.resize(maxWorkers),
};

/** Long enough for idle workers to be ended, and for questions about their health. */
const lull: Action<number> = {
  name: "lull",
  weight: ({ elastic }) => (Object.keys(elastic).length > 0 ? 0.7 : 0),
  plan: (random) => random.between(50, 150),
  run: (_round, milliseconds) => pause(milliseconds),
};

/** The pool is stopped while all else goes on. */
const stop: Action<{ readonly mode: "drain" | "cancel"; readonly timeoutMs: number }> = {
  name: "stop",
  // It has a place of its own in a plan.
  weight: () => 0,
  plan: (random) => ({
    mode: random.pick(["drain", "cancel"]),
    timeoutMs: random.pick([0, 50, 1000, 30_000]),
  }),
  run: (round, options) => round.stop(options),
};

const ACTIONS: readonly Kind[] = [
  kind(burst),
  kind(swarm),
  kind(rest),
  kind(hurt),
  kind(cancelSome),
  kind(broadcast),
  kind(drain),
  kind(ready),
  kind(look),
  kind(resize),
  kind(lull),
];

export function planStep(random: Random, pool: PoolPlan): Step {
  return random.weighted(ACTIONS, ({ weight }) => weight(pool)).step(random, pool);
}

export function planStop(random: Random, pool: PoolPlan): Step {
  return kind(stop).step(random, pool);
}
