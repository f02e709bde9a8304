import { availableParallelism } from "node:os";
import type { Future } from "../future/future.ts";
import { positiveInteger } from "../util/check.ts";
import { BroadcastCore } from "./broadcast.ts";
import { type CallOptions, resolveCallOptions } from "./call-options.ts";
import type { PoolCore } from "./pool.ts";
import { type CallCore, CORE, MethodsObject, methodsObjectFor } from "./pool-class.ts";
import type { PoolEvents } from "./pool-events.ts";
import type { PoolStats, WorkerStats } from "./pool-stats.ts";
import type { StopOptions } from "./pool-type.ts";
import type { WorkerClass } from "./resolved-options.ts";
import { Shutdown } from "./shutdown.ts";
import { poolStats, workerStats } from "./stats.ts";
import { checkStopOptions } from "./stop-options.ts";
import { WorkerList } from "./worker-list.ts";
import { checkWorkersOfMode } from "./workers-of-mode.ts";

type Listener<Name extends keyof PoolEvents> = (payload: PoolEvents[Name]) => void;

/** The core of a pool, and what its members need besides. */
export interface MembersCore extends CallCore {
  readonly pool: PoolCore;
  readonly shutdown: Shutdown;
  readonly workers: WorkerList;
  readonly broadcast: MethodsObject;
  with(options: CallOptions): MethodsObject;
}

/** Everything that members need, made once per pool. */
export function membersCore(workerClass: WorkerClass, pool: PoolCore): MembersCore {
  const { methods } = pool.options;
  return {
    pool,
    shutdown: new Shutdown(pool),
    workers: new WorkerList(workerClass, pool),
    broadcast: methodsObjectFor(workerClass, methods, new BroadcastCore(pool)),
    with: (options) => methodsObjectFor(workerClass, methods, calledWith(pool, options)),
    call: (methodIndex, args) => pool.call(methodIndex, args),
    stream: (methodIndex, args) => pool.stream(methodIndex, args),
  };
}

function calledWith(pool: PoolCore, options: CallOptions): CallCore {
  const resolved = resolveCallOptions(options, pool.options.methods);
  return {
    call: (methodIndex, args): Future<unknown> => pool.request(methodIndex, args, undefined, resolved),
    stream: (methodIndex, args) => pool.stream(methodIndex, args, undefined, resolved),
  };
}

/** The members of every pool, next to the methods of its workers; documented in `pool-type.ts`. */
export class PoolMembersBase extends MethodsObject<MembersCore> {
  get workers(): readonly MethodsObject[] {
    return this[CORE].workers.get();
  }

  get broadcast(): MethodsObject {
    return this[CORE].broadcast;
  }

  get stopped(): boolean {
    return this[CORE].pool.closedBy !== undefined;
  }

  getPoolStats(): PoolStats {
    return poolStats(this[CORE].pool);
  }

  getWorkerStats(index: number): WorkerStats {
    const { places, options } = this[CORE].pool;
    const { handles } = places;
    const handle = handles[index];
    if (handle !== undefined) return workerStats(this[CORE].pool, handle);
    throw new RangeError(
      `Pool "${options.name}" has workers 0 to ${handles.length - 1}, got index ${String(index)}`,
    );
  }

  with(options: CallOptions): MethodsObject {
    return this[CORE].with(options);
  }

  resize(maxWorkers: number | "auto"): Promise<void> {
    const { pool } = this[CORE];
    const count = maxWorkers === "auto" ? availableParallelism() : positiveInteger("maxWorkers", maxWorkers);
    checkWorkersOfMode(pool.options.mode, maxWorkers);
    return pool.guarded(() => pool.places.resize(count));
  }

  ready(): Promise<void> {
    const { pool } = this[CORE];
    return pool.guarded(() => pool.entrance.takesCalls());
  }

  drain(): Promise<void> {
    const { pool } = this[CORE];
    return pool.guarded(async () => {
      if (pool.ledger.counts.open > 0) await pool.ledger.drained.wait();
    }, false);
  }

  stop(options?: StopOptions): Promise<void> {
    const { pool, shutdown } = this[CORE];
    const checked = checkStopOptions(options);
    return pool.guarded(() => shutdown.stop(checked), false);
  }

  close(): Promise<void> {
    return this.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  on<Name extends keyof PoolEvents>(event: Name, listener: Listener<Name>): this {
    this[CORE].pool.events.on(event, listener as (payload: unknown) => void);
    return this;
  }

  once<Name extends keyof PoolEvents>(event: Name, listener: Listener<Name>): this {
    this[CORE].pool.events.once(event, listener as (payload: unknown) => void);
    return this;
  }

  off<Name extends keyof PoolEvents>(event: Name, listener: Listener<Name>): this {
    this[CORE].pool.events.off(event, listener as (payload: unknown) => void);
    return this;
  }
}
