import { BroadcastCore } from "./broadcast.ts";
import { CORE, type MethodsObject } from "./pool-class.ts";
import type { MembersCore } from "./pool-members.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** The last call of one worker: it runs beside what waits and runs there, and no other worker follows this one. */
export function lastCall(
  pool: object,
  index: number,
  method: string,
  ...values: unknown[]
): Promise<unknown> {
  const core = coreOf(pool).pool;
  const handle = core.places.handles[index] as WorkerHandle;
  const { methods } = core.options;
  letNobodyFollow(handle);
  return core.guarded(() => new BroadcastCore(core).callOne(handle, methods.indexOf(method), values));
}

/** From now on no worker is ended for a cancelled call that it doesn't let go of: the pool is about to end them all. */
export function spareStuckWorkers(pool: object): void {
  coreOf(pool).pool.grace.close();
}

/** Ends a pool and all its workers, now, whatever they run. */
export function terminate(pool: object): Promise<void> {
  const { pool: core, shutdown } = coreOf(pool);
  return core.guarded(() => shutdown.terminate(), false);
}

/** One that is there or starts is waited for; one that would come after a death doesn't come any more. */
function letNobodyFollow(handle: WorkerHandle): void {
  handle.successor = "nobody";
  if (handle.state !== "restarting") return;
  clearTimeout(handle.restartTimer);
  handle.state = "dead";
  handle.changed.resolve();
}

function coreOf(pool: object): MembersCore {
  return (pool as MethodsObject<MembersCore>)[CORE];
}
