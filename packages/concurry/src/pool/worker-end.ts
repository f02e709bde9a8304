import { ConcurryError } from "../errors/concurry-error.ts";
import { WorkerStartError } from "../errors/worker-errors.ts";
import type { WorkerExit } from "../protocol/connection.ts";
import type { Call } from "./call.ts";
import { crashError } from "./crash-error.ts";
import type { ResolvedOptions } from "./resolved-options.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** A call that is lost with its worker. */
export interface LostCall {
  readonly call: Call;
  /** False when it certainly hadn't begun. */
  readonly started: boolean;
}

/** How a worker ended, and what that means for those who wait for it. */
export interface WorkerEnd {
  /** Completed by what the worker itself said of its end. */
  readonly exit: WorkerExit;
  /** Calls that can't be sent again: they ran, or may have, or their buffers were moved to the worker. */
  readonly lost: readonly LostCall[];
  /** Calls that can go to another worker. */
  readonly waiting: readonly Call[];
  /** What is told to all others who wait for the worker, and the cause when it isn't started again. */
  readonly error: Error;
  /** True when the next start would fail in the same way. */
  readonly isHopeless: boolean;
}

/** Reads how the worker of a place ended, and takes its calls from it. */
export function readEnd(
  handle: WorkerHandle,
  reported: WorkerExit,
  { name: poolName, concurrency }: Pick<ResolvedOptions, "name" | "concurrency">,
): WorkerEnd {
  const { live, dyingOf, state, hasBeenReady } = handle;
  const exit = dyingOf === undefined ? reported : { ...reported, error: dyingOf };
  const wasUp = state === "ready" || state === "draining";
  const lost: LostCall[] = [];
  const waiting: Call[] = [];
  const begun = live?.begun(concurrency);
  for (const call of live?.slots.takeAll() ?? []) {
    if (call.isSettled) continue;
    const started = begun?.has(call) === true;
    if (started || call.isGivenAway) lost.push({ call, started });
    else waiting.push(call);
  }
  return {
    lost,
    waiting,
    exit,
    error: wasUp ? crashError(poolName, handle, exit) : startFailure(poolName, handle, exit),
    // A first start that fails by itself would fail again; a worker that was killed is tried again.
    isHopeless: !hasBeenReady && exit.error !== undefined,
  };
}

/** Why a worker that wasn't up yet never will be. */
function startFailure(poolName: string, handle: WorkerHandle, exit: WorkerExit): Error {
  const { error: cause } = exit;
  if (cause === undefined) return crashError(poolName, handle, exit);
  if (cause instanceof ConcurryError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new WorkerStartError(`Worker ${handle.index} of "${poolName}" could not start: ${reason}`, {
    cause,
  });
}
