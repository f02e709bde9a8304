import { startHost } from "./host/start-host.ts";

// The host that bundlers take into the user's file.
startHost();

export { runTask } from "./host/start-host.ts";
