import type { Ask, LimitTarget } from "./ask.ts";
import type { CallCharge } from "./call-charge.ts";
import type { Grant, OwnerId } from "./grant.ts";
import type { RemoteSet } from "./limit-records.ts";
import type { AcquireOptions, Lease, LimitRequest, LimitStats, Limits } from "./limits.ts";
import { LocalLease } from "./local-lease.ts";
import { amountsOf, optionsOf } from "./parse-request.ts";
import type { SetCore } from "./set-core.ts";
import { watchLease } from "./unreleased.ts";
import { useLease } from "./use-lease.ts";
import type { WaitSink } from "./wait.ts";

/** In whose name limits are taken. */
export interface LimitsContext {
  /** The call that is running; `undefined` outside of charged calls. */
  readonly call?: CallCharge | undefined;
  readonly owner?: OwnerId | undefined;
  /** The priority of the call, −8 … 8. */
  readonly priority?: number | undefined;
  /** Ends waits together with the call. */
  readonly signal?: AbortSignal | undefined;
  /** Stands in warnings, as `"Embedder.embed()"`. */
  readonly label: string;
  /** Hears of everyone who was granted after a wait. */
  readonly onWaited?: ((grant: Grant) => void) | undefined;
}

const NO_SIGNALS: readonly AbortSignal[] = [];

/** Settles the promise of a lease. A class, since a hundred thousand closures would be larger. */
class LeaseSink implements WaitSink {
  readonly #resolve: (lease: Lease) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #context: LimitsContext;

  constructor(resolve: (lease: Lease) => void, reject: (reason: unknown) => void, context: LimitsContext) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#context = context;
  }

  granted(grant: Grant): void {
    this.#resolve(leaseOf(grant, this.#context));
    this.#context.onWaited?.(grant);
  }

  refused(reason: unknown): void {
    this.#reject(reason);
  }
}

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

function acquire(target: LimitTarget, ask: Ask, context: LimitsContext): Promise<Lease> {
  for (const signal of ask.signals) if (signal.aborted) return Promise.reject(signal.reason);
  const grant = target.take(ask);
  if (grant !== undefined) return Promise.resolve(leaseOf(grant, context));
  return new Promise((resolve, reject) => {
    target.wait(ask, new LeaseSink(resolve, reject, context));
  });
}

function acquireInside(
  context: LimitsContext,
  request: LimitRequest,
  options: AcquireOptions | undefined,
  parent: Grant,
): Promise<Lease> {
  try {
    // Every grant of this realm was made by the core of a set.
    return acquire(parent.core as SetCore, askOf(context, request ?? {}, options, parent), context);
  } catch (error) {
    return Promise.reject(error);
  }
}

function askOf(
  context: LimitsContext,
  request: LimitRequest | undefined,
  options: AcquireOptions | undefined,
  parent: Grant | undefined,
): Ask {
  const { signal, timeoutMs, priority } = optionsOf(request, options);
  return {
    amounts: amountsOf(request),
    call: context.call,
    isCallCharge: false,
    owner: context.owner,
    parent,
    priority: priority ?? context.priority ?? 0,
    timeoutMs,
    signals: signalsOf(signal, context.signal),
    chosen: undefined,
    prepared: undefined,
  };
}

function signalsOf(own: AbortSignal | undefined, ofCall: AbortSignal | undefined): readonly AbortSignal[] {
  if (own === undefined) return ofCall === undefined ? NO_SIGNALS : [ofCall];
  return ofCall === undefined ? [own] : [own, ofCall];
}

function leaseOf(grant: Grant, context: LimitsContext): Lease {
  const lease = new LocalLease(grant, context, acquireInside);
  if (!grant.hasResources) return lease;
  grant.label = context.label;
  watchLease(lease, grant);
  return lease;
}
