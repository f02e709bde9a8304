import { LimitError } from "../errors/limit-error.ts";
import type { Grant } from "./grant.ts";
import type { AcquireOptions, Amounts, Lease, LimitRequest, LimitUsage } from "./limits.ts";
import { parseUsage } from "./parse-request.ts";

/** Takes more inside a lease, in the same name. */
export type AcquireInside<Context> = (
  context: Context,
  request: LimitRequest,
  options: AcquireOptions | undefined,
  parent: Grant,
) => Promise<Lease>;

/** The lease of an arbiter in this realm. Nothing refers to it but the one who took it. */
export class LocalLease<Context> implements Lease {
  readonly #grant: Grant;
  readonly #context: Context;
  readonly #acquireInside: AcquireInside<Context>;

  constructor(grant: Grant, context: Context, acquireInside: AcquireInside<Context>) {
    this.#grant = grant;
    this.#context = context;
    this.#acquireInside = acquireInside;
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
    return this.#acquireInside(this.#context, request, options, this.#grant);
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
