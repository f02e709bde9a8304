import { WorkerCrashedError } from "../errors/worker-errors.ts";
import type { WorkerExit } from "../protocol/connection.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** What is to be said of a call that is lost with its worker. */
interface LostCallFacts {
  readonly method: string;
  /** False when it certainly hadn't begun. */
  readonly started: boolean;
}

/** What calls reject with whose worker died; without `call` the death itself. */
export function crashError(
  poolName: string,
  handle: WorkerHandle,
  exit: WorkerExit,
  call?: LostCallFacts,
): WorkerCrashedError {
  const how = exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
  const why = exit.error instanceof Error ? `: ${exit.error.message}` : "";
  return new WorkerCrashedError(
    `Worker ${handle.index} of "${poolName}" died${whenOf(call)} (${how})${why}`,
    {
      exitCode: exit.code,
      signal: exit.signal,
      workerIndex: handle.index,
      ...(call !== undefined && { started: call.started }),
      ...(call?.started && { lastMethod: call.method }),
      ...(exit.error !== undefined && { cause: exit.error }),
    },
  );
}

function whenOf(call: LostCallFacts | undefined): string {
  if (call === undefined) return "";
  if (call.started) return ` while it ran "${call.method}"`;
  return ` before it ran "${call.method}", with the buffers that were moved to it`;
}
