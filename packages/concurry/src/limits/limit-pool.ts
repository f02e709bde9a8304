import { aFunction, integer, oneOf, outOfRange, wrongType } from "../util/check.ts";
import { checkRecord } from "../util/check-record.ts";
import { configure } from "./config-error.ts";
import { homeOf, LimitSet } from "./limit-set.ts";
import type { LimitStats } from "./limits.ts";
import { LocalLimits } from "./local-limits.ts";
import { OwnLimits } from "./own-limits.ts";
import { PoolCore } from "./pool-core.ts";
import { type LimitBalancerStats, type LimitPoolBalancing, SetChooser } from "./set-chooser.ts";
import type { SetCore } from "./set-core.ts";

/** Options of a {@link LimitPool}. */
export interface LimitPoolOptions {
  /**
   * `"round_robin"`: the sets in turn. `"random"`: any. Both wait at the set they chose. `"first_available"`: the first
   * that grants now, else the first that can.
   *
   * Default `"round_robin"`.
   */
  readonly loadBalancing?: LimitPoolBalancing | undefined;
  /** Index of the set to begin with; integer ≥ 0. Programs of several processes give each another one. Default 0. */
  readonly offset?: number | undefined;
  /** Gives numbers in [0, 1), for `"random"`. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** Numbers of all sets by `"<set>.<key>"`, and those of the choices. */
export type LimitPoolStats = Readonly<Record<string, LimitStats>> & { readonly balancer: LimitBalancerStats };

const CHECKS = {
  loadBalancing: (value: unknown) =>
    oneOf("loadBalancing", value, ["round_robin", "random", "first_available"]),
  offset: (value: unknown) => integer("offset", value, 0),
  random: (value: unknown) => aFunction("random", value),
};

let privateCore: (pool: LimitPool) => PoolCore;

/**
 * Several sets of limits in turn, each with its own `config`: keys of an API, regions, hosts.
 *
 * A request takes all from one set; `lease.config` tells which. Only sets that could ever grant it are considered.
 *
 * @throws {TypeError | RangeError} When a set or an option is wrong; `code` is `"LIMIT_CONFIG"`.
 * @example
 * const limits = new LimitPool(
 *   apiKeys.map((apiKey) => new LimitSet([new RateLimit({ key: "tokens", windowSeconds: 60, capacity: 1000 })], {
 *     config: { apiKey },
 *   })),
 * );
 * await limits.use({ tokens: 100 }, (lease) => send(lease.config.apiKey));
 */
export class LimitPool extends OwnLimits {
  readonly sets: readonly LimitSet[];
  readonly #core: PoolCore;

  constructor(sets: readonly LimitSet[], options: LimitPoolOptions = {}) {
    const {
      loadBalancing = "round_robin",
      offset = 0,
      random = Math.random,
    } = configure(() => {
      checkSets(sets);
      return checkRecord("LimitPool", "option", options, CHECKS) as LimitPoolOptions;
    });
    const homes = sets.map(homeOf);
    const cores = homes.map((home) => home.shared as SetCore);
    const names = homes.map(({ definition }, index) => definition.name ?? `set${index}`);
    const core = new PoolCore(cores, names, new SetChooser(cores, loadBalancing, offset, random));
    const context = { label: "plain code" };
    super(new LocalLimits(core, () => context));
    this.sets = Object.freeze([...sets]);
    this.#core = core;
  }

  static {
    privateCore = (pool) => pool.#core;
  }

  /** Numbers of all sets by `"<set>.<key>"`, and of the choices under `"balancer"`. */
  override async stats(): Promise<LimitPoolStats> {
    return poolStats(this.#core);
  }
}

/** What a pool of limits takes from, for those who build on it. */
export function poolCoreOf(pool: LimitPool): PoolCore {
  return privateCore(pool);
}

/** The stats of a pool of limits at this moment. */
export function poolStats(core: PoolCore): LimitPoolStats {
  return { ...core.stats(), balancer: core.balancerStats() } as LimitPoolStats;
}

function checkSets(sets: unknown): void {
  if (!Array.isArray(sets)) throw wrongType("sets", "an array of LimitSets", sets);
  if (sets.length === 0) throw outOfRange("sets", "at least one LimitSet", sets);
  const names = new Set<string>();
  for (const [index, set] of sets.entries()) {
    if (!(set instanceof LimitSet)) throw wrongType(`sets[${index}]`, "a LimitSet of this thread", set);
    const { scope, name = `set${index}` } = homeOf(set).definition;
    if (scope === "worker") throw outOfRange(`sets[${index}].scope`, '"shared"', scope);
    if (sets.indexOf(set) !== index) throw outOfRange(`sets[${index}]`, "different from the others", set);
    if (names.has(name)) throw outOfRange(`sets[${index}].name`, "different from the others", name);
    names.add(name);
  }
}
