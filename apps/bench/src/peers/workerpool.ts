import { fileURLToPath } from "node:url";
import type { BenchRecord } from "../cases/record.ts";
import type { Job } from "../workers/functions.ts";
import type { LibraryPeer, LibraryTarget, OpenOptions } from "./peer.ts";

const WORKER_PATH = fileURLToPath(new URL("../workers/workerpool-worker.js", import.meta.url));

async function open(options: OpenOptions): Promise<LibraryTarget> {
  const { default: library } = await import("workerpool");
  const pool = library.pool(WORKER_PATH, {
    minWorkers: options.workers,
    maxWorkers: options.workers,
    workerType: options.kind,
    forkOpts: { serialization: "advanced" },
  });
  // Its promises are of a class of its own, which is awaited like any other.
  const exec = <T>(method: string, value: unknown): Promise<T> =>
    pool.exec(method, [value]) as unknown as Promise<T>;
  return {
    increment: (value: number) => exec<number>("increment", value),
    incrementLater: (value: number) => exec<number>("incrementLater", value),
    echo: (record: BenchRecord) => exec<BenchRecord>("echo", record),
    echoBytes: (bytes: Uint8Array) => exec<Uint8Array>("echo", bytes),
    moveBytes: (bytes: Uint8Array) =>
      pool.exec("moveBytes", [bytes], { transfer: [bytes.buffer] }) as unknown as Promise<Uint8Array>,
    work: (job: Job) => exec<number>("work", job),
    fail: (message: string) => exec<unknown>("fail", message),
    stop: async () => {
      await pool.terminate();
    },
  };
}

/** workerpool, in threads or processes. */
export const workerpool: LibraryPeer = {
  name: "workerpool",
  role: "library",
  packages: ["workerpool"],
  kinds: ["thread", "process"],
  settings: "methods of a script of its own, advanced serialization in processes",
  open,
};
