import type { Connection, LinkInfo, WorkerExit } from "../protocol/connection.ts";
import { Once } from "../util/once.ts";

/** A worker that could not even be started: takes frames, and has ended. */
export function failedConnection(info: LinkInfo, error: unknown): Connection {
  const exit = new Once<WorkerExit>();
  exit.happen({ code: null, signal: null, error });
  return {
    info,
    post: () => true,
    onFrame: () => {},
    onDrain: () => {},
    onExit: (listener) => exit.listen(listener),
    kill: () => {},
  };
}
