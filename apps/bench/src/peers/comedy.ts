import { fileURLToPath } from "node:url";
import type { BenchRecord } from "../cases/record.ts";
import type { Job } from "../workers/functions.ts";
import type { LibraryPeer, LibraryTarget, OpenOptions } from "./peer.ts";

const FUNCTIONS_PATH = fileURLToPath(new URL("../workers/functions.js", import.meta.url));

async function open(options: OpenOptions): Promise<LibraryTarget> {
  const { createSystem } = await import("comedy");
  // "test" keeps it from logging its start-up.
  const system = createSystem({ test: true });
  const root = await system.rootActor();
  // A path that starts with one slash would be relative to the project.
  const actor = await root.createChild(`/${FUNCTIONS_PATH}`, {
    mode: "forked",
    clusterSize: options.workers,
  });
  return {
    increment: (value: number) => actor.sendAndReceive("increment", value),
    incrementLater: (value: number) => actor.sendAndReceive("incrementLater", value),
    echo: (record: BenchRecord) => actor.sendAndReceive("echo", record),
    echoBytes: (bytes: Uint8Array) => actor.sendAndReceive("echo", bytes),
    work: (job: Job) => actor.sendAndReceive("work", job),
    fail: (message: string) => actor.sendAndReceive("fail", message),
    stop: () => system.destroy(),
  };
}

/** comedy: a forked actor, cloned into a cluster. */
export const comedy: LibraryPeer = {
  name: "comedy",
  role: "library",
  packages: ["comedy"],
  kinds: ["process"],
  settings: "forked actors in a cluster, round robin",
  open,
};
