import type { PoolControls } from "../control/controls.ts";
import { BarsOfWorker } from "../progress/bars-of-worker.ts";
import type { CallProgressNote } from "../protocol/call-context.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** What the worker of a place may ask of its pool on the control lane. */
export function poolControls(
  handle: WorkerHandle,
  onProgress: (handle: WorkerHandle, note: CallProgressNote) => void,
): PoolControls {
  return {
    warn: (message, code) => process.emitWarning(message, { code }),
    bar: (note) => {
      handle.bars ??= new BarsOfWorker();
      handle.bars.receive(note);
    },
    progress: (note) => onProgress(handle, note),
  };
}
