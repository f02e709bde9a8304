import type { AcquireOptions, Lease, LimitRequest, LimitStats, Limits } from "./limits.ts";
import { LocalLimits } from "./local-limits.ts";
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
export class LimitSet implements Limits {
  readonly #home: SetHome;
  readonly #limits: LocalLimits;

  constructor(limits: readonly Limit[], options?: LimitSetOptions) {
    this.#home = new SetHome(defineSet(limits, options));
    const { name } = this.#home.definition;
    const context = { label: name === undefined ? "plain code" : `plain code, of the limits '${name}'` };
    this.#limits = new LocalLimits(this.#home.target, () => context);
  }

  static {
    privateHome = (set) => set.#home;
  }

  /** As `acquire` of {@link Limits}. Outside of a pool's calls, each acquire counts as a call, too. */
  acquire(request?: LimitRequest, options?: AcquireOptions): Promise<Lease> {
    return this.#limits.acquire(request, options);
  }

  /** As `tryAcquire` of {@link Limits}. */
  tryAcquire(request?: LimitRequest): Promise<Lease | null> {
    return this.#limits.tryAcquire(request);
  }

  // A field, so that it can't be sent to a worker: what would arrive is an empty object.
  /** As `tryAcquireSync` of {@link Limits}. */
  readonly tryAcquireSync: Limits["tryAcquireSync"] = (request) => this.#limits.tryAcquireSync(request);

  /** As `use` of {@link Limits}. */
  use<T>(
    request: LimitRequest | undefined,
    fn: (lease: Lease) => T | Promise<T>,
    options?: AcquireOptions,
  ): Promise<T> {
    return this.#limits.use(request, fn, options);
  }

  /** As `stats` of {@link Limits}; with `scope: "worker"` the sum over the workers. */
  async stats(): Promise<Readonly<Record<string, LimitStats>>> {
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
