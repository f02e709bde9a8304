import type { ControlLane } from "../control/control-lane.ts";
import type { HostControls } from "../control/controls.ts";
import { ForwardingDesk } from "../limits/forwarding-desk.ts";
import type { AnswerRecord, AskRecord, RemoteSet } from "../limits/limit-records.ts";
import { isHome } from "../limits/limits-home.ts";
import type { PoolCore } from "./pool.ts";
import type { WorkerHandle } from "./worker-handle.ts";

// Of limits of somebody else's make, a worker knows nothing: it asks.
const UNKNOWN: readonly RemoteSet[] = [{ rules: [], unknownKeys: "ignore", config: {} }];

/** Connects a new worker to the pool's limits. Returns what its host is told of them. */
export function connectLimits(
  pool: PoolCore,
  handle: WorkerHandle,
  control: ControlLane<HostControls>,
): unknown {
  const { limits, engine } = pool.options;
  if (limits === undefined) return undefined;
  const isLocal = engine.wire === "reference";
  if (!isHome(limits)) {
    if (isLocal) return limits;
    const sets = (limits as Partial<PassedOn>).sets ?? UNKNOWN;
    serve(handle, control, (send) => new ForwardingDesk(limits, sets, send));
    return sets.map((set) => ({ ...set, isPassedOn: true }));
  }
  const charging = pool.charging;
  if (charging === undefined || limits.sets.length === 0) return undefined;
  if (isLocal) return charging.localLimits(handle);
  serve(handle, control, (send) => charging.deskFor(handle, send));
  return limits.sets;
}

/** Its worker is gone: what it held comes back. */
export function disconnectLimits(pool: PoolCore, handle: WorkerHandle): void {
  if (pool.options.engine.wire === "reference") pool.charging?.ownerGone(handle);
  const { desk } = handle;
  // First: nothing more is sent to a worker that is gone.
  handle.desk = undefined;
  desk?.close();
}

/** A worker's own limits, as far as they can be told of. */
interface PassedOn {
  readonly sets: readonly RemoteSet[] | undefined;
}

interface Desk {
  readonly isInUse: boolean;
  receive(record: AskRecord): void;
  close(): void;
}

function serve(
  handle: WorkerHandle,
  control: ControlLane<HostControls>,
  makeDesk: (send: (record: AnswerRecord) => void) => Desk,
): void {
  const lane = control.limits;
  const desk = makeDesk((record) => {
    // A worker that is gone hears nothing; its desk may still be told of the end of a wait.
    if (handle.desk === desk) lane.send(record);
  });
  handle.desk = desk;
  lane.listen((record) => desk.receive(record as unknown as AskRecord));
}
