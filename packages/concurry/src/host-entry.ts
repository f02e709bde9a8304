import { isMainThread, workerData } from "node:worker_threads";
import { enterHost } from "./host/loading.ts";
import { processLink } from "./host/process-link.ts";
import { runHost } from "./host/run-host.ts";
import { threadLink } from "./host/thread-link.ts";

enterHost();
runHost(isMainThread ? processLink() : threadLink(workerData));
