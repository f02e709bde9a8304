import { asyncEngine } from "../engine/inline/engine.ts";
import type { Future } from "../future/future.ts";
import { PoolCore } from "../pool/pool.ts";
import { membersCore, PoolMembersBase } from "../pool/pool-members.ts";
import type { ResolvedOptions, WorkerClass } from "../pool/resolved-options.ts";
import { checkMapOptions, type MapOptions, mapCalls } from "./map.ts";
import { checkSource } from "./source.ts";

/** Calls beyond those that run, for each worker: they hide the way to it and back. */
const AHEAD = 16;
/** Where a worker takes any number of calls at once. */
const SIDE_BY_SIDE = 16;

/** A pool whose calls come from functions of ours, and not from methods of the user's class. */
export interface FunctionPool {
  readonly core: PoolCore;
  readonly members: PoolMembersBase;
}

/** Makes the pool. */
export function functionPool(workerClass: WorkerClass, options: ResolvedOptions): FunctionPool {
  const core = new PoolCore(workerClass, options, []);
  return { core, members: new PoolMembersBase(membersCore(workerClass, core)) };
}

/** Checks what `map` was given, and makes its iterator. @param owner Stands in messages, as `"square.map()"`. */
export function mapOver(
  owner: string,
  core: PoolCore,
  call: (item: unknown) => Future<unknown>,
  items: unknown,
  given: MapOptions | undefined,
): AsyncGenerator<unknown, void, undefined> {
  const { ordered = true, concurrency, signal } = checkMapOptions(owner, given);
  checkSource(owner, items);
  return mapCalls({
    items,
    ordered,
    concurrency: Math.min(concurrency ?? enoughFor(core), core.options.maxQueuedCalls),
    signal,
    call,
    mayBegin: () => core.guarded(async () => {}),
  });
}

/** So many calls keep all workers busy. */
function enoughFor({ options, places }: PoolCore): number {
  const { mode, concurrency, onDemand } = options;
  if (mode === "sync") return 1;
  if (options.engine === asyncEngine) return Math.min(concurrency, SIDE_BY_SIDE);
  const each = concurrency === Number.POSITIVE_INFINITY ? SIDE_BY_SIDE : concurrency;
  return places.handles.length * (onDemand ? 1 : each + AHEAD);
}
