import type { Tinypool } from "tinypool";
import type { BenchRecord } from "../cases/record.ts";
import type { Job } from "../workers/functions.ts";
import { ECHO, FAIL, FUNCTIONS_URL, INCREMENT, INCREMENT_LATER, WORK } from "./named-tasks.ts";
import type { LibraryPeer, LibraryTarget, OpenOptions } from "./peer.ts";

const MOVE_URL = new URL("../workers/tinypool-move.js", import.meta.url).href;
const MOVE = { name: "moveBytes", filename: MOVE_URL };

async function open(options: OpenOptions, concurrentTasksPerWorker: number): Promise<LibraryTarget> {
  const { Tinypool: TinypoolClass } = await import("tinypool");
  const pool: Tinypool = new TinypoolClass({
    filename: FUNCTIONS_URL,
    runtime: options.kind === "thread" ? "worker_threads" : "child_process",
    serialization: "advanced",
    minThreads: options.workers,
    maxThreads: options.workers,
    concurrentTasksPerWorker,
  });
  return {
    increment: (value: number) => pool.run(value, INCREMENT) as Promise<number>,
    incrementLater: (value: number) => pool.run(value, INCREMENT_LATER) as Promise<number>,
    echo: (record: BenchRecord) => pool.run(record, ECHO) as Promise<BenchRecord>,
    echoBytes: (bytes: Uint8Array) => pool.run(bytes, ECHO) as Promise<Uint8Array>,
    moveBytes: (bytes: Uint8Array) =>
      pool.run(bytes, { ...MOVE, transferList: [bytes.buffer as ArrayBuffer] }) as Promise<Uint8Array>,
    work: (job: Job) => pool.run(job, WORK) as Promise<number>,
    fail: (message: string) => pool.run(message, FAIL) as Promise<unknown>,
    stop: () => pool.destroy(),
  };
}

/** tinypool with the given number of tasks that a worker may hold at once. */
function tinypoolPeer(name: string, concurrentTasksPerWorker: number): LibraryPeer {
  return {
    name,
    role: "library",
    packages: ["tinypool"],
    kinds: ["thread", "process"],
    settings: `${concurrentTasksPerWorker} task(s) per worker at once, advanced serialization`,
    open: (options: OpenOptions) => open(options, concurrentTasksPerWorker),
  };
}

/** As it comes: a worker holds one task at a time. */
export const tinypool: LibraryPeer = tinypoolPeer("tinypool", 1);

/** A worker holds up to 64 tasks: fewer idle moments between two small ones. */
export const tinypool64: LibraryPeer = tinypoolPeer("tinypool-64", 64);
