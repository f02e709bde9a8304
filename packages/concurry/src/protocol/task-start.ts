import type { MessagePort } from "node:worker_threads";

/** What a host is handed that lives for one call only. */
export interface TaskStart {
  /** Name of the worker. */
  readonly title: string;
  /** File of the host, or a word for it; the second entry of `process.argv`. */
  readonly file: string;
  /**
   * Where a thread says its id, and is then given a `ThreadStart`. A process has its IPC channel instead: it says its
   * id first; then bytes are the call lane, texts of JSON the control lane.
   */
  readonly port?: MessagePort;
}

/** Asks a process at the other end of an IPC channel to act as if the channel had closed: the program ends. */
export const CLOSE_REQUEST = "concurry.close";

/** Name of the host's export that serves as such a task. */
export const TASK_EXPORT = "runTask";
