import { checkWorkersOfMode } from "../pool/workers-of-mode.ts";
import { positiveInteger } from "../util/check.ts";
import { show } from "../util/show.ts";
import type { WorkerOptions } from "./options.ts";

/** Where workers share the caller's thread there is one, and it has nothing of its own. */
export function checkOptionsOfMode(mode: string, { maxWorkers, onDemand, recycle }: WorkerOptions): void {
  if (mode !== "sync" && mode !== "async") return;
  checkWorkersOfMode(mode, maxWorkers);
  if (onDemand === true)
    throw new RangeError(
      `onDemand is for modes whose workers can be started and ended; ${mode} mode has none.`,
    );
  if (recycle?.aboveHeapBytes !== undefined)
    throw new RangeError(
      `recycle.aboveHeapBytes is for workers with a heap of their own; in ${mode} mode it is the caller's.`,
    );
}

/** Defaults that contradict each other, whatever is added to them. */
export function checkDefaults(defaults: WorkerOptions): void {
  if (defaults.onDemand !== true && defaults.maxWorkers === 0) positiveInteger("maxWorkers", 0);
  checkTogether(defaults);
}

/** Options that contradict each other, whatever the mode. */
export function checkTogether(options: WorkerOptions): void {
  const { maxWorkers, minWorkers, onDemand, loadBalancing, stdio } = options;
  if (onDemand !== true) {
    if (typeof maxWorkers === "number" && minWorkers !== undefined && minWorkers > maxWorkers)
      throw new RangeError(`minWorkers must not be more than maxWorkers (${maxWorkers}), got ${minWorkers}`);
    return;
  }
  for (const name of ["recycle", "idleTimeoutMs", "minWorkers"] as const)
    if (options[name] !== undefined)
      throw new RangeError(
        `${name} has no meaning with onDemand: each worker ends after its call. Leave it out.`,
      );
  if (stdio !== undefined && stdio !== "inherit")
    throw new RangeError('With onDemand stdio is "inherit": leave it out.');
  if (loadBalancing !== undefined && loadBalancing !== "random" && loadBalancing !== "rand")
    throw new RangeError(
      `With onDemand there are no workers to choose among: leave loadBalancing out, got ${show(loadBalancing)}`,
    );
}
