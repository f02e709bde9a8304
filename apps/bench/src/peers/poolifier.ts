import { fileURLToPath } from "node:url";
import type { IPool, IWorker } from "poolifier";
import type { BenchRecord } from "../cases/record.ts";
import type { Job } from "../workers/functions.ts";
import type { LibraryPeer, LibraryTarget, OpenOptions } from "./peer.ts";

const WORKER_PATH = fileURLToPath(new URL("../workers/poolifier-worker.cjs", import.meta.url));

async function openPool(options: OpenOptions): Promise<IPool<IWorker>> {
  const { FixedClusterPool, FixedThreadPool } = await import("poolifier");
  const settings = { enableTasksQueue: false, enableEvents: false };
  return options.kind === "thread"
    ? new FixedThreadPool(options.workers, WORKER_PATH, settings)
    : new FixedClusterPool(options.workers, WORKER_PATH, {
        ...settings,
        settings: { serialization: "advanced" },
      });
}

async function open(options: OpenOptions): Promise<LibraryTarget> {
  const pool = await openPool(options);
  return {
    increment: (value: number) => pool.execute(value, "increment") as Promise<number>,
    incrementLater: (value: number) => pool.execute(value, "incrementLater") as Promise<number>,
    echo: (record: BenchRecord) => pool.execute(record, "echo") as Promise<BenchRecord>,
    echoBytes: (bytes: Uint8Array) => pool.execute(bytes, "echo") as Promise<Uint8Array>,
    work: (job: Job) => pool.execute(job, "work") as Promise<number>,
    fail: (message: string) => pool.execute(message, "fail"),
    stop: () => pool.destroy(),
  };
}

/** poolifier, in threads or in processes of `node:cluster`. */
export const poolifier: LibraryPeer = {
  name: "poolifier",
  role: "library",
  packages: ["poolifier"],
  kinds: ["thread", "process"],
  settings: "fixed size, least used, queue and events off, advanced serialization in processes",
  open,
};
