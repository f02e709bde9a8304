import type { Item } from "../elements/element.ts";
import type { OutputQueues } from "../queues/output-queues.ts";
import type { Plane } from "./run-node.ts";

/** Tells those behind a stage that it has ended, once it is taken down; at once where nothing is to be waited for. */
export function passEnd(plane: Plane, out: OutputQueues<Item>, closing: Promise<void> | undefined): void {
  if (closing === undefined) out.workerDone();
  else void closing.then(() => plane.isStopped || out.workerDone());
}
