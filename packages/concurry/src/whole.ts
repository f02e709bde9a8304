// One script for the program, for its hosts and for the packages beside this one: start/load.ts loads it.
export { runTask, startHost } from "./host/start-host.ts";
export * from "./index.ts";
export * as internal from "./internal.ts";
