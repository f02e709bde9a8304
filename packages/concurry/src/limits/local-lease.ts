import { LimitError } from "../errors/limit-error.ts";
import type { Ask, LimitTarget } from "./ask.ts";
import type { CallCharge } from "./call-charge.ts";
import type { Grant, OwnerId } from "./grant.ts";
import type { AcquireOptions, Amounts, Lease, LimitRequest, LimitUsage } from "./limits.ts";
import { amountsOf, optionsOf, parseUsage } from "./parse-request.ts";
import type { SetCore } from "./set-core.ts";
import { watchLease } from "./unreleased.ts";
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

/** The lease of an arbiter in this realm. Nothing refers to it but the one who took it. */
class LocalLease implements Lease {
  readonly #grant: Grant;
  readonly #context: LimitsContext;

  constructor(grant: Grant, context: LimitsContext) {
    this.#grant = grant;
    this.#context = context;
  }

  get amounts(): Amounts {
    return this.#grant.amounts();
  }

  get config(): Readonly<Record<string, unknown>> {
    return this.#grant.core.config;
  }

  get waitedMs(): number {
    return this.#grant.waitedMs;
  }

  get released(): boolean {
    return this.#grant.isReleased;
  }

  update(usage: LimitUsage): void {
    this.#grant.core.update(this.#grant, parseUsage(usage));
  }

  acquire(request: LimitRequest, options?: AcquireOptions): Promise<Lease> {
    if (this.#grant.isReleased)
      return Promise.reject(new LimitError("LIMIT_RELEASED", "The lease has been released already"));
    return acquireInside(this.#context, request, options, this.#grant);
  }

  release(): void {
    this.#grant.core.release(this.#grant);
  }

  [Symbol.dispose](): void {
    this.release();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.release();
    return Promise.resolve();
  }
}

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

/** Takes now, or waits. */
export function acquire(target: LimitTarget, ask: Ask, context: LimitsContext): Promise<Lease> {
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

/** A request, as it goes to an arbiter. */
export function askOf(
  context: LimitsContext,
  request: LimitRequest | undefined,
  options: AcquireOptions | undefined,
  parent: Grant | undefined,
): Ask {
  // First of all: whether it is a request.
  const amounts = amountsOf(request);
  const { signal, timeoutMs, priority } = optionsOf(request, options);
  return {
    amounts,
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

/** The lease of what was granted. */
export function leaseOf(grant: Grant, context: LimitsContext): Lease {
  const lease = new LocalLease(grant, context);
  if (!grant.hasResources) return lease;
  grant.label = context.label;
  watchLease(lease, grant);
  return lease;
}
