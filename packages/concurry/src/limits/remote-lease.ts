import { LimitError } from "../errors/limit-error.ts";
import { findUsageProblem, problemError } from "./check-request.ts";
import type { KeyRules } from "./key-rules.ts";
import type { AcquireOptions, Amounts, Lease, LimitRequest, LimitUsage } from "./limits.ts";
import { parseUsage } from "./parse-request.ts";
import type { Holding } from "./unreleased.ts";

/** What a lease stands for, without the lease itself, so that it can outlive it. */
export class RemoteHolding implements Holding {
  readonly id: number;
  readonly label: string;
  readonly #send: (type: "release" | "leak", id: number) => void;
  isReleased = false;

  constructor(id: number, label: string, send: (type: "release" | "leak", id: number) => void) {
    this.id = id;
    this.label = label;
    this.#send = send;
  }

  release(): void {
    this.#end("release");
  }

  leak(): void {
    this.#end("leak");
  }

  #end(type: "release" | "leak"): void {
    if (this.isReleased) return;
    this.isReleased = true;
    this.#send(type, this.id);
  }
}

/** What a lease needs of the limits that it came from. */
export interface RemoteLeaseParts {
  readonly holding: RemoteHolding;
  readonly amounts: Amounts;
  readonly config: Readonly<Record<string, unknown>>;
  readonly waitedMs: number;
  readonly rules: KeyRules;
  update(usage: Amounts): void;
  acquire(request: LimitRequest, options: AcquireOptions | undefined): Promise<Lease>;
}

/** A lease of an arbiter in another thread or process. */
export class RemoteLease implements Lease {
  readonly amounts: Amounts;
  readonly config: Readonly<Record<string, unknown>>;
  readonly waitedMs: number;
  readonly #parts: RemoteLeaseParts;
  /** By key what is still held, for those that can be given back in part. */
  readonly #net: Record<string, number>;

  constructor(parts: RemoteLeaseParts) {
    this.#parts = parts;
    this.amounts = parts.amounts;
    this.config = parts.config;
    this.waitedMs = parts.waitedMs;
    this.#net = { ...parts.amounts };
  }

  get released(): boolean {
    return this.#parts.holding.isReleased;
  }

  update(usage: LimitUsage): void {
    if (this.released) throw released();
    const used = parseUsage(usage);
    const problem = findUsageProblem(this.#parts.rules, used, (key) => this.#held(key));
    if (problem !== undefined) throw problemError(problem);
    for (const key of Object.keys(used)) if (key in this.#net) this.#net[key] = used[key] as number;
    this.#parts.update(used);
  }

  acquire(request: LimitRequest, options?: AcquireOptions): Promise<Lease> {
    return this.released ? Promise.reject(released()) : this.#parts.acquire(request, options);
  }

  release(): void {
    this.#parts.holding.release();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release();
  }

  #held(key: string): { readonly requested: number; readonly net: number } | undefined {
    const requested = Object.hasOwn(this.amounts, key) ? this.amounts[key] : undefined;
    return requested === undefined ? undefined : { requested, net: this.#net[key] as number };
  }
}

function released(): LimitError {
  return new LimitError("LIMIT_RELEASED", "The lease has been released already");
}
