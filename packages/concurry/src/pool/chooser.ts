import type { BalancedCall, PoolBalancer } from "../balance/balancer.ts";
import { rendezvous } from "../balance/rendezvous.ts";
import type { Call } from "./call.ts";
import type { CallQueue } from "./call-queue.ts";
import type { Places } from "./places.ts";
import type { ResolvedOptions } from "./resolved-options.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** Chooses the worker of a call. */
export class Chooser {
  /** True where calls wait for the first worker with room. */
  readonly isShared: boolean;
  /** Calls for which a worker was chosen. */
  dispatched = 0;
  readonly #places: Places;
  readonly #handles: readonly WorkerHandle[];
  readonly #balancer: PoolBalancer;
  readonly #options: ResolvedOptions;
  readonly #maySleep: boolean;

  constructor(places: Places, balancer: PoolBalancer, options: ResolvedOptions) {
    this.#places = places;
    this.#handles = places.handles;
    this.#balancer = balancer;
    this.#options = options;
    this.isShared = balancer.selectsAt === "room" || options.onDemand;
    this.#maySleep = options.onDemand || options.idleTimeoutMs > 0;
  }

  /**
   * The worker that a call is to go to; `"first"` for the first one with room, undefined when there is none.
   *
   * @param waiting The calls that wait for the first one with room.
   * @throws What a balancer of the user's own throws.
   */
  choose(call: Call, waiting: CallQueue): WorkerHandle | "first" | undefined {
    const { key, priority, methodIndex } = call;
    if (key !== undefined && !this.#options.onDemand) return this.#handles[rendezvous(key, this.#handles)];
    const sleeper = this.#maySleep && this.#places.mayWake ? this.#sleeper(waiting.size) : undefined;
    if (sleeper !== undefined) return sleeper;
    if (this.isShared) return this.#hasSome() ? "first" : undefined;
    const balanced: BalancedCall = { method: this.#options.methods[methodIndex] as string, key, priority };
    const index = this.#balancer.select(this.#handles, balanced);
    if (index !== -1 || !this.#hasSome()) return this.#handles[index];
    throw new RangeError(`Load balancer "${this.#balancer.name}" selected no worker, though there are some.`);
  }

  /** A call that only moves is dispatched once, and counts once at each worker. */
  give(call: Call, handle: WorkerHandle): void {
    call.handle = handle;
    if (call.countedAt === undefined) this.dispatched += 1;
    if (call.countedAt !== handle) handle.total += 1;
    call.countedAt = handle;
  }

  #hasSome(): boolean {
    return this.#handles.some(({ state }) => state !== "dead");
  }

  /** A place where a worker is to be started, since all others have enough to do. */
  #sleeper(waiting: number): WorkerHandle | undefined {
    const { concurrency } = this.#options;
    let free = -waiting;
    for (const { state, queued, running } of this.#handles)
      if (state === "ready" || state === "starting") free += Math.max(0, concurrency - queued - running);
    return free > 0 ? undefined : this.#handles.find(({ state }) => state === "asleep");
  }
}
