import { isMainThread, workerData } from "node:worker_threads";
import { enterHost } from "./host/loading.ts";
import { processLink } from "./host/process-link.ts";
import { runHost } from "./host/run-host.ts";
import { isTask, serveTask } from "./host/task.ts";
import { threadLink } from "./host/thread-link.ts";
import type { TaskStart } from "./protocol/task-start.ts";

enterHost();
if (!isTask()) runHost(isMainThread ? processLink() : threadLink(workerData));

/** What tinypool calls, in a thread or process that it started. */
export function runTask(start: TaskStart): Promise<number> {
  return serveTask(start, runHost);
}
