import type { PoolControls } from "../control/controls.ts";
import { BarsOfWorker } from "../progress/bars-of-worker.ts";
import type { CallProgressNote } from "../protocol/call-context.ts";
import type { PoolCore } from "./pool.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** What the worker of a place may ask of its pool on the control lane. */
export function poolControls(pool: PoolCore, handle: WorkerHandle): PoolControls {
  return {
    warn: (message: string, code: string) => process.emitWarning(message, { code }),
    bar: (note) => {
      handle.bars ??= new BarsOfWorker();
      handle.bars.receive(note);
    },
    progress: (note) => tellOfProgress(pool, handle, note),
    ...pool.lending.controls(),
  };
}

/** News of a call that has settled meanwhile are no news. */
function tellOfProgress({ events }: PoolCore, { live, index }: WorkerHandle, note: CallProgressNote): void {
  if (!events.has("callProgress")) return;
  const { callId, method, done, total, description, slot } = note;
  const call = slot === undefined ? undefined : live?.slots.at(slot);
  const isOver = slot !== undefined && (call?.number !== callId || call.isSettled);
  if (!isOver) events.emit("callProgress", { callId, method, workerIndex: index, done, total, description });
}
