import { createFuture, type Future, fulfilledFuture } from "../future/future.ts";
import { REPLY_ERROR, REPLY_VALUE } from "../protocol/frame.ts";
import { LATER } from "../protocol/run-now.ts";
import { exactNow } from "../util/clock.ts";
import { type Call, SENT } from "./call.ts";
import { FulfilledCall } from "./fulfilled-call.ts";
import type { LiveWorker } from "./live-worker.ts";
import type { PoolCore } from "./pool.ts";
import type { Preparation } from "./preparation.ts";
import type { ResolvedOptions } from "./resolved-options.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** Whether there are calls in such a pool that nothing can keep waiting, and no time limit can end. */
export function goesDirectly({
  engine,
  limits,
  timeoutMs,
  recycle,
  loadBalancing,
}: ResolvedOptions): boolean {
  const isFree = limits === undefined && timeoutMs === 0 && recycle.afterCalls === Number.POSITIVE_INFINITY;
  // With one worker there is nothing to balance; but balancers of the user's own are asked, and keys are asked for.
  const isForced = typeof loadBalancing === "string" && loadBalancing !== "consistent_hash";
  return engine.wire === "reference" && isFree && isForced;
}

/**
 * The short way of a call in sync mode, while no other call is open: it runs at once, without queue and messages, and its
 * future is made when it is over. It is counted and told of like any other. One that doesn't end in a result at once is
 * given a future and what else an open call has, and goes on as if it had been sent.
 */
export class DirectCalls {
  readonly #pool: PoolCore;
  readonly #preparation: Preparation;
  /** One for all: there is one worker. */
  readonly #fulfilled = new FulfilledCall(0);
  /** The call that runs, and its future once it has one. */
  #running: Call | undefined;
  #future: Future<unknown> | undefined;

  constructor(pool: PoolCore, preparation: Preparation) {
    this.#pool = pool;
    this.#preparation = preparation;
  }

  /** Runs a call that was not entered yet; undefined when it has to go the long way. */
  run(call: Call, args: readonly unknown[]): Future<unknown> | undefined {
    const { places, options } = this.#pool;
    const handle = places.handles[0] as WorkerHandle;
    if (this.#freeAt(handle) === undefined || options.retry[call.methodIndex]?.judgesResults)
      return undefined;
    if (!this.#preparation.tryNow(call, args)) return undefined;
    // Asked again: getters of the arguments may have made calls, or stopped the pool.
    const live = this.#freeAt(handle);
    return live === undefined ? undefined : this.#runAt(handle, live, call);
  }

  /** Somebody wants to see every open call: the one that runs here becomes one like all others. */
  surface(): void {
    if (this.#running === undefined || this.#future !== undefined) return;
    this.#future = createFuture(this.#running);
    this.#pool.ledger.keep();
  }

  /** The worker, if it runs calls at once and has nothing to do. */
  #freeAt({ live, state }: WorkerHandle): LiveWorker | undefined {
    const { closedBy, ledger } = this.#pool;
    if (live?.connection.runNow === undefined || closedBy !== undefined || state !== "ready")
      return undefined;
    // No call is open, but one that was cancelled may still run.
    return ledger.counts.open === 0 && live.slots.count === 0 ? live : undefined;
  }

  #runAt(handle: WorkerHandle, live: LiveWorker, call: Call): Future<unknown> {
    const now = exactNow();
    this.#begin(handle, live, call, now);
    let result: unknown;
    try {
      result = live.connection.runNow?.(call.number, call.slot, call.op, call.payload, now);
    } catch (thrown) {
      const future = this.#leave();
      live.takeOutcome(call.slot, REPLY_ERROR, thrown);
      return future;
    }
    if (result === LATER) return this.#leave();
    if (this.#future === undefined) return this.#end(handle, live, call, result);
    const future = this.#leave();
    live.takeOutcome(call.slot, REPLY_VALUE, result);
    return future;
  }

  #begin(handle: WorkerHandle, live: LiveWorker, call: Call, now: number): void {
    const { ledger, dispatcher } = this.#pool;
    ledger.enterNow(call, now);
    dispatcher.chooser.give(call, handle);
    ledger.counts.waitMs.add(0);
    if (handle.isAtRest) handle.clock.busy(now);
    this.#pool.tellStart(call, handle);
    call.state = SENT;
    call.live = live;
    live.heardAt = now;
    live.slots.take(call);
    this.#running = call;
  }

  /** The call goes on like any other. */
  #leave(): Future<unknown> {
    this.surface();
    const future = this.#future as Future<unknown>;
    this.#running = undefined;
    this.#future = undefined;
    return future;
  }

  #end(handle: WorkerHandle, live: LiveWorker, call: Call, result: unknown): Future<unknown> {
    const { ledger, dispatcher, balancer } = this.#pool;
    const now = exactNow();
    this.#running = undefined;
    live.heardAt = now;
    live.slots.free(call.slot);
    handle.rest(now);
    handle.finished(false);
    ledger.fulfilNow(call, now);
    // Calls that the method has made.
    if (ledger.counts.open > 0) dispatcher.pump(handle);
    else balancer.workerChanged?.(handle.index);
    return fulfilledFuture(result, this.#fulfilled);
  }
}
