import type { LimitTarget } from "./ask.ts";
import type { RemoteSet } from "./limit-records.ts";
import type { AcquireOptions, Lease, LimitRequest, LimitStats, Limits } from "./limits.ts";
import { acquire, askOf, type LimitsContext, leaseOf } from "./local-lease.ts";
import { useLease } from "./use-lease.ts";

/** Takes limits of an arbiter in this realm. */
export class LocalLimits implements Limits {
  readonly #target: LimitTarget;
  readonly #context: () => LimitsContext;
  /** What is told of the sets where these limits are passed on. */
  readonly sets: readonly RemoteSet[] | undefined;

  /** @param context Asked at each request, for the call that runs then. */
  constructor(target: LimitTarget, context: () => LimitsContext, sets?: readonly RemoteSet[]) {
    this.#target = target;
    this.#context = context;
    this.sets = sets;
  }

  acquire(request?: LimitRequest, options?: AcquireOptions): Promise<Lease> {
    try {
      const context = this.#context();
      const plain = isPlain(context, request, options) ? this.#target.takePlain(request) : undefined;
      if (plain !== undefined) return Promise.resolve(leaseOf(plain, context));
      return acquire(this.#target, askOf(context, request, options, undefined), context);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  tryAcquire(request?: LimitRequest): Promise<Lease | null> {
    try {
      return Promise.resolve(this.tryAcquireSync(request));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  // A field, so that it can't be sent to a worker: what would arrive is an empty object.
  readonly tryAcquireSync: Limits["tryAcquireSync"] = (request) => {
    const context = this.#context();
    const grant = this.#target.take(askOf(context, request, undefined, undefined));
    return grant === undefined ? null : leaseOf(grant, context);
  };

  use<T>(
    request: LimitRequest | undefined,
    fn: (lease: Lease) => T | Promise<T>,
    options?: AcquireOptions,
  ): Promise<T> {
    return useLease(this, request, fn, options);
  }

  async stats(): Promise<Readonly<Record<string, LimitStats>>> {
    return this.#target.stats();
  }
}

/** Whether plain code asks, with nothing but a request. */
function isPlain(
  context: LimitsContext,
  request: LimitRequest | undefined,
  options: AcquireOptions | undefined,
): request is LimitRequest {
  if (options !== undefined || request === undefined) return false;
  return context.call === undefined && context.owner === undefined && context.signal === undefined;
}
