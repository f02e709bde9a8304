// One script for the program and for its hosts: start/load.ts loads it.
export { runTask, startHost } from "./host/start-host.ts";
export * from "./index.ts";
