import type { AcquireOptions, Lease, LimitRequest, LimitStats, Limits } from "./limits.ts";
import type { LocalLimits } from "./local-limits.ts";

/** Limits that are made here: what a set and a pool of sets have in common. */
export abstract class OwnLimits implements Limits {
  readonly #limits: LocalLimits;

  /** @param limits What takes in the name of plain code. */
  constructor(limits: LocalLimits) {
    this.#limits = limits;
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

  /** As `stats` of {@link Limits}. */
  abstract stats(): Promise<Readonly<Record<string, LimitStats>>>;
}
