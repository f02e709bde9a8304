import { wrongType } from "../util/check.ts";
import type { LimitTarget } from "./ask.ts";
import type { OwnerId } from "./grant.ts";
import { ruleOf } from "./key-rules.ts";
import type { LimitGate } from "./limit-gate.ts";
import { LimitPool, poolCoreOf, poolStats } from "./limit-pool.ts";
import type { RemoteSet } from "./limit-records.ts";
import { homeOf, LimitSet } from "./limit-set.ts";
import type { LimitStats, Limits } from "./limits.ts";
import type { LimitBalancerStats } from "./set-chooser.ts";
import type { SetCore } from "./set-core.ts";
import type { Limit } from "./set-definition.ts";

/** What the option `limits` of a pool takes. */
export type PoolLimits = readonly Limit[] | LimitSet | LimitPool | Limits;

/** The limits of a pool, as far as the pool needs to know them. */
export interface LimitsHome {
  /** What a worker knows of the sets from the start, in their order. */
  readonly sets: readonly RemoteSet[];
  readonly gates: readonly LimitGate[];
  /** @param place Stands for a place in the pool, not for one incarnation of its worker. */
  targetOf(place: OwnerId): LimitTarget;
  coresOf(place: OwnerId): readonly SetCore[];
  stats(): Readonly<Record<string, LimitStats | LimitBalancerStats>>;
  /** With `scope: "worker"`: the numbers of one worker. */
  statsOf(place: OwnerId): Readonly<Record<string, LimitStats>>;
  /** A place in the pool is gone for good. */
  forget(place: OwnerId): void;
  /** Ends what belongs to the pool alone. */
  close(reason: unknown): void;
}

/**
 * Checks the option `limits`.
 *
 * @returns The limits of this realm; or, of a worker that passes its own on, those.
 * @throws {TypeError | RangeError} When it is none of these; `code` is `"LIMIT_CONFIG"` for a wrong list.
 */
export function limitsHome(given: PoolLimits): LimitsHome | Limits {
  if (given instanceof LimitPool) return homeOfPool(given);
  if (given instanceof LimitSet) return homeOfSet(given, false);
  if (Array.isArray(given)) return homeOfSet(new LimitSet(given), true);
  if (typeof given === "object" && given !== null && "acquire" in given) return given;
  throw wrongType("limits", "an array of limits, a LimitSet, a LimitPool or this.limits", given);
}

/** Whether limits are kept in this realm. */
export function isHome(limits: LimitsHome | Limits): limits is LimitsHome {
  return "targetOf" in limits;
}

function homeOfSet(set: LimitSet, isOwned: boolean): LimitsHome {
  const home = homeOf(set);
  const { definition } = home;
  const { limits, unknownKeys, config } = definition;
  const remote = { rules: limits.map(ruleOf), unknownKeys, config };
  const isPerWorker = definition.scope === "worker";
  return {
    sets: limits.length === 0 ? [] : [remote],
    gates: definition.gates,
    targetOf: (place) => home.ofWorker(place),
    coresOf: (place) => [home.ofWorker(place)],
    stats: () => home.stats(),
    statsOf: (place) => (isPerWorker ? home.ofWorker(place).stats() : {}),
    forget: (place) => home.forget(place),
    close: (reason) => {
      if (isOwned) set.close(reason);
    },
  };
}

function homeOfPool(pool: LimitPool): LimitsHome {
  const core = poolCoreOf(pool);
  const homes = pool.sets.map(homeOf);
  const cores = homes.map(({ shared }) => shared as SetCore);
  return {
    sets: cores.map(({ rules, definition: { unknownKeys, config } }) => ({
      rules: rules.list,
      unknownKeys,
      config,
    })),
    gates: homes.flatMap(({ definition }) => definition.gates),
    targetOf: () => core,
    coresOf: () => cores,
    stats: () => poolStats(core),
    statsOf: () => ({}),
    forget: () => {},
    close: () => {},
  };
}
