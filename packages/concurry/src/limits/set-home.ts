import { LimitError } from "../errors/limit-error.ts";
import type { LimitTarget } from "./ask.ts";
import type { Grant, OwnerId } from "./grant.ts";
import type { LimitStats } from "./limits.ts";
import { SetCore } from "./set-core.ts";
import type { SetDefinition } from "./set-definition.ts";
import { setStats } from "./stats.ts";

/** Where the arbiters of one `LimitSet` are: one for all, or one for each worker. */
export class SetHome {
  readonly definition: SetDefinition;
  /** The one for all; `undefined` with `scope: "worker"`. */
  readonly shared: SetCore | undefined;
  readonly #ofWorkers: Map<OwnerId, SetCore> = new Map();
  #closed: { readonly reason: unknown } | undefined;

  constructor(definition: SetDefinition) {
    this.definition = definition;
    this.shared = definition.scope === "shared" ? new SetCore(definition) : undefined;
  }

  /** What plain code takes from. */
  get target(): LimitTarget {
    return this.shared ?? NOWHERE;
  }

  /**
   * What one worker takes from; the same each time, also after the worker was restarted.
   *
   * @param worker Stands for a place in a pool, not for one incarnation.
   */
  ofWorker(worker: OwnerId): SetCore {
    const known = this.shared ?? this.#ofWorkers.get(worker);
    if (known !== undefined) return known;
    const core = new SetCore(this.definition);
    if (this.#closed !== undefined) core.close(this.#closed.reason);
    this.#ofWorkers.set(worker, core);
    return core;
  }

  /** A place in a pool is gone for good. */
  forget(worker: OwnerId): void {
    this.#ofWorkers.delete(worker);
  }

  close(reason: unknown): void {
    if (this.#closed !== undefined) return;
    this.#closed = { reason };
    this.shared?.close(reason);
    for (const core of this.#ofWorkers.values()) core.close(reason);
  }

  /** Of all its arbiters together. */
  stats(): Readonly<Record<string, LimitStats>> {
    return this.shared?.stats() ?? setStats(this.definition, [...this.#ofWorkers.values()]);
  }
}

const NOWHERE: LimitTarget = {
  take: (): Grant => {
    throw new LimitError("LIMIT_CONFIG", 'Limits of scope "worker" can be taken inside a worker only');
  },
  takePlain: () => undefined,
  wait: () => {
    throw new Error("Only what was tried waits");
  },
  ownerGone: () => {},
  chargesCall: () => false,
  paidCalls: () => undefined,
  stats: () => ({}),
};
