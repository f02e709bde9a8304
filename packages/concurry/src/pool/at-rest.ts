import { within } from "../util/within.ts";
import type { LiveWorker } from "./live-worker.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** Waits for what a worker runs. Calls that were cut short, and that nobody waits for, have so long to end. */
export async function untilAtRest(handle: WorkerHandle, live: LiveWorker, graceMs: number): Promise<void> {
  while (handle.live === live && !handle.isAtRest) {
    const rested = handle.rested.wait();
    if (!handle.runsNothingWanted) await rested;
    else if (!(await within(graceMs, rested)) && handle.runsNothingWanted) return;
  }
}
