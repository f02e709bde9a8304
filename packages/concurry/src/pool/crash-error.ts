import { WorkerCrashedError } from "../errors/worker-errors.ts";
import type { WorkerExit } from "../protocol/connection.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** What calls reject with whose worker died. */
export function crashError(
  poolName: string,
  handle: WorkerHandle,
  exit: WorkerExit,
  started: boolean,
  method?: string,
): WorkerCrashedError {
  const how = exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
  const why = exit.error instanceof Error ? `: ${exit.error.message}` : "";
  const when = method === undefined ? "" : ` while it ran "${method}"`;
  return new WorkerCrashedError(`Worker ${handle.index} of "${poolName}" died${when} (${how})${why}`, {
    exitCode: exit.code,
    signal: exit.signal,
    workerIndex: handle.index,
    started,
    ...(method !== undefined && { lastMethod: method }),
    ...(exit.error !== undefined && { cause: exit.error }),
  });
}
