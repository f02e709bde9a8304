import { isMainThread, workerData } from "node:worker_threads";
import type { TaskStart } from "../protocol/task-start.ts";
import { enterHost } from "./loading.ts";
import { processLink } from "./process-link.ts";
import { runHost } from "./run-host.ts";
import { isTask, serveTask } from "./task.ts";
import { threadLink } from "./thread-link.ts";

/** Makes this thread or process a host, before it has loaded anything of the user's. */
export function startHost(): void {
  enterHost();
  if (!isTask()) runHost(isMainThread ? processLink() : threadLink(workerData));
}

/** What tinypool calls, in a thread or process that it started. */
export function runTask(start: TaskStart): Promise<number> {
  return serveTask(start, runHost);
}
