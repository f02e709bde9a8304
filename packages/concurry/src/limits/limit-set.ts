import type { LimitStats } from "./limits.ts";
import { LocalLimits } from "./local-limits.ts";
import { OwnLimits } from "./own-limits.ts";
import { defineSet, type Limit, type LimitSetOptions } from "./set-definition.ts";
import { SetHome } from "./set-home.ts";

let privateHome: (set: LimitSet) => SetHome;

/**
 * Several limits that requests take from together: all that a request names, or none.
 *
 * Decided in the thread where the set was made, for all that use it; pools may share one. First come, first served
 * among requests for the same limits.
 *
 * @throws {TypeError | RangeError} When a limit or an option is wrong; `code` is `"LIMIT_CONFIG"`.
 * @example
 * const limits = new LimitSet([
 *   new RateLimit({ key: "tokens", windowSeconds: 60, capacity: 1000 }),
 *   new ResourceLimit({ key: "connections", capacity: 5 }),
 * ]);
 * await limits.use({ tokens: 100, connections: 1 }, async (lease) => {
 *   const used = await send();
 *   lease.update({ tokens: used });
 * });
 */
export class LimitSet extends OwnLimits {
  readonly #home: SetHome;

  constructor(limits: readonly Limit[], options?: LimitSetOptions) {
    const home = new SetHome(defineSet(limits, options));
    const { name } = home.definition;
    const context = { label: name === undefined ? "plain code" : `plain code, of the limits '${name}'` };
    super(new LocalLimits(home.target, () => context));
    this.#home = home;
  }

  static {
    privateHome = (set) => set.#home;
  }

  /** Numbers of each limit, by key; with `scope: "worker"` the sum over the workers. */
  override async stats(): Promise<Readonly<Record<string, LimitStats>>> {
    return this.#home.stats();
  }

  /**
   * Ends all waits with `LIMIT_CLOSED` and refuses new requests. Leases stay valid. From the second time on nothing
   * happens.
   *
   * @param reason Becomes the `cause` of those errors.
   */
  close(reason?: unknown): void {
    this.#home.close(reason);
  }
}

/** The arbiters of a set, for those who build on it. */
export function homeOf(set: LimitSet): SetHome {
  return privateHome(set);
}
