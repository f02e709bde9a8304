import { fileURLToPath } from "node:url";
import type { BenchRecord } from "../cases/record.ts";
import type { Job } from "../workers/functions.ts";
import type { LibraryPeer, LibraryTarget, OpenOptions } from "./peer.ts";

const FUNCTIONS_PATH = fileURLToPath(new URL("../workers/functions.js", import.meta.url));

type Functions = typeof import("../workers/functions.ts");

async function open(options: OpenOptions): Promise<LibraryTarget> {
  const { Worker } = await import("jest-worker");
  const farm = new Worker(FUNCTIONS_PATH, {
    enableWorkerThreads: options.kind === "thread",
    numWorkers: options.workers,
    exposedMethods: ["increment", "incrementLater", "echo", "fail", "work"],
    forkOptions: { serialization: "advanced" },
  });
  // It makes one method per exposed name.
  const methods = farm as unknown as {
    [Name in keyof Functions]: (...values: unknown[]) => Promise<unknown>;
  };
  return {
    increment: (value: number) => methods.increment(value) as Promise<number>,
    incrementLater: (value: number) => methods.incrementLater(value) as Promise<number>,
    echo: (record: BenchRecord) => methods.echo(record) as Promise<BenchRecord>,
    echoBytes: (bytes: Uint8Array) => methods.echo(bytes) as Promise<Uint8Array>,
    work: (job: Job) => methods.work(job) as Promise<number>,
    ready: async () => {
      await farm.start();
    },
    fail: (message: string) => methods.fail(message),
    stop: async () => {
      await farm.end();
    },
  };
}

/** jest-worker, in threads or processes. */
export const jestWorker: LibraryPeer = {
  name: "jest-worker",
  role: "library",
  packages: ["jest-worker"],
  kinds: ["thread", "process"],
  settings: "named methods, advanced serialization in processes",
  open,
};
