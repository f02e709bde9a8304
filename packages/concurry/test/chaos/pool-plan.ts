import {
  type BalancerName,
  CallLimit,
  LimitPool,
  LimitSet,
  type PoolLimits,
  RateLimit,
  ResourceLimit,
} from "concurry";
import type { StillBirths } from "#workers/victim";
import type { Random } from "./random.ts";

const MODES = ["thread", "process", "thread", "process", "thread", "process", "async", "sync"] as const;
const BALANCERS: readonly BalancerName[] = [
  "round_robin",
  "least_active",
  "least_total",
  "random",
  "shared_queue",
  "consistent_hash",
];
const LIMITS = ["none", "none", "call", "resource", "several", "perWorker", "sets"] as const;
const CONCURRENCIES = [1, 1, 1, 2, 8];
export const MOST_WORKERS: number = 4;
const SICK_BIRTHS = 12;
const ON_DEMAND_SHARE = 0.15;

/** How a pool changes the number and the age of its workers. */
export interface ElasticPlan {
  readonly idleTimeoutMs?: number;
  readonly minWorkers?: number;
  readonly recycle?: { readonly afterCalls: number };
  readonly healthCheck?: { readonly intervalMs: number; readonly timeoutMs: number };
}

/** A pool as it is planned: plain data, the same for the same seed. */
export interface PoolPlan {
  readonly mode: (typeof MODES)[number];
  readonly maxWorkers: number;
  readonly loadBalancing: BalancerName;
  readonly concurrency: number;
  readonly limits: (typeof LIMITS)[number];
  readonly timeoutMs: number | undefined;
  readonly graceMs: number;
  readonly maxQueuedCalls: number | undefined;
  readonly births: StillBirths | undefined;
  /** True where workers are hurt. */
  readonly isRough: boolean;
  /** Deaths in a minute after which a worker isn't started again; undefined for as often as it takes. */
  readonly maxRestarts: number | undefined;
  /** Each call has a worker of its own. */
  readonly onDemand: boolean;
  readonly elastic: ElasticPlan;
}

/** True where workers run beside the caller, and can be hurt without hurting it. */
export function isHosted({ mode }: PoolPlan): boolean {
  return mode === "thread" || mode === "process";
}

export function planPool(random: Random): PoolPlan {
  const mode = random.pick(MODES);
  const hosted = mode === "thread" || mode === "process";
  const isRough = hosted && random.chance(0.8);
  const maxWorkers = hosted ? random.between(1, MOST_WORKERS) : 1;
  const onDemand = hosted && random.chance(ON_DEMAND_SHARE);
  const limits = random.pick(LIMITS);
  return {
    mode,
    maxWorkers,
    onDemand,
    elastic: hosted && !onDemand ? planElastic(random, maxWorkers) : {},
    loadBalancing: onDemand ? "random" : random.pick(BALANCERS),
    concurrency: mode === "sync" || onDemand ? 1 : random.pick(CONCURRENCIES),
    limits: onDemand && limits === "perWorker" ? "several" : limits,
    timeoutMs: random.chance(0.3) ? random.between(20, 200) : undefined,
    graceMs: random.pick([0, 20, 100]),
    maxQueuedCalls: random.chance(0.1) ? random.between(20, 300) : undefined,
    births: isRough && random.chance(0.25) ? planBirths(random, mode) : undefined,
    isRough,
    maxRestarts: isRough && random.chance(0.12) ? random.between(0, 4) : undefined,
  };
}

function planElastic(random: Random, maxWorkers: number): ElasticPlan {
  return {
    ...(random.chance(0.25) && {
      idleTimeoutMs: random.between(5, 50),
      minWorkers: random.between(0, maxWorkers),
    }),
    ...(random.chance(0.25) && { recycle: { afterCalls: random.between(10, 80) } }),
    ...(random.chance(0.2) && { healthCheck: { intervalMs: random.between(10, 50), timeoutMs: 1000 } }),
  };
}

function planBirths(random: Random, mode: PoolPlan["mode"]): StillBirths {
  // A signal that a thread sends itself would end the program.
  const ends = mode === "process" ? (["exit", "kill"] as const) : (["exit"] as const);
  const numbers = Array.from({ length: random.between(1, SICK_BIRTHS / 2) }, () => random.below(SICK_BIRTHS));
  return Object.fromEntries(numbers.map((number) => [number, random.pick(ends)]));
}

/** What workers of such a pool may take, by key. */
export function amountsOf({ limits }: PoolPlan): Readonly<Record<string, number>> {
  if (limits === "none" || limits === "call") return {};
  return limits === "resource" ? { connections: 1 } : { connections: 1, tokens: 2 };
}

/** The limits of a planned pool, made anew. */
export function makeLimits({ limits }: PoolPlan): PoolLimits | undefined {
  if (limits === "none") return undefined;
  const calls = new CallLimit({ windowSeconds: 0.1, capacity: 60 });
  const connections = new ResourceLimit({ key: "connections", capacity: 2 });
  const tokens = new RateLimit({ key: "tokens", windowSeconds: 0.1, capacity: 60 });
  if (limits === "call") return [calls];
  if (limits === "resource") return [connections];
  if (limits === "several") return [calls, connections, tokens];
  if (limits === "perWorker") return new LimitSet([connections, tokens], { scope: "worker" });
  const other = new LimitSet([
    new ResourceLimit({ key: "connections", capacity: 1 }),
    new RateLimit({ key: "tokens", windowSeconds: 0.1, capacity: 40, algorithm: "token_bucket" }),
  ]);
  return new LimitPool([new LimitSet([connections, tokens]), other], { loadBalancing: "first_available" });
}
