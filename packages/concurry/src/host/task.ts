import { isMainThread, type MessagePort, threadId } from "node:worker_threads";
import type { HostLink } from "../protocol/connection.ts";
import type { TaskStart } from "../protocol/task-start.ts";
import type { ThreadStart } from "../protocol/thread-start.ts";
import { ipcLink } from "./ipc-link.ts";
import { threadLink } from "./thread-link.ts";

// Kept from before the user's code, which may replace it.
const exit: () => void = process.exit.bind(process);

/** True in a thread or process of tinypool, which loads the host as one of its tasks. */
export function isTask(): boolean {
  return Reflect.has(process, "__tinypool_state__");
}

/**
 * Links this thread or process with its pool, as a task.
 *
 * @param serve Takes the link, and what is to be called when the work is done.
 * @returns Settles with the exit code when the work is done. Who runs the task ends the thread or process then.
 */
export async function serveTask(
  start: TaskStart,
  serve: (link: HostLink, leave: () => void) => void,
): Promise<number> {
  process.argv[1] = start.file;
  if (isMainThread) process.title = start.title;
  const link = start.port === undefined ? ipcLink() : threadLink(await introduce(start.port));
  return new Promise((resolve) => {
    serve(link, () => leave(resolve));
  });
}

/** Says who we are; only then can the pool tell which of its workers this is. */
function introduce(port: MessagePort): Promise<ThreadStart> {
  return new Promise((resolve) => {
    port.once("message", (start: ThreadStart) => {
      port.close();
      resolve(start);
    });
    port.postMessage(threadId);
  });
}

function leave(resolve: (code: number) => void): void {
  // Nobody is there any more who could end this process.
  if (isMainThread && !process.connected) exit();
  const code = Number(process.exitCode ?? 0);
  try {
    // It is ended from outside, of which its own listeners would hear nothing.
    process.emit("exit", code);
  } finally {
    // Tinypool ends a process with this signal. Whoever listens to it would hold up an end that all have heard of.
    if (isMainThread) process.removeAllListeners("SIGTERM");
    resolve(code);
  }
}
