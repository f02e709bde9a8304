import type { BenchRecord } from "../cases/record.ts";
import type { Job } from "../workers/functions.ts";
import { ECHO, FAIL, FUNCTIONS_URL, INCREMENT, INCREMENT_LATER, WORK } from "./named-tasks.ts";
import type { LibraryPeer, LibraryTarget, OpenOptions } from "./peer.ts";

const MOVE_URL = new URL("../workers/piscina-move.js", import.meta.url).href;
const MOVE = { name: "moveBytes", filename: MOVE_URL };

async function open(options: OpenOptions, concurrentTasksPerWorker: number): Promise<LibraryTarget> {
  const { FixedQueue, Piscina } = await import("piscina");
  const pool = new Piscina({
    filename: FUNCTIONS_URL,
    minThreads: options.workers,
    maxThreads: options.workers,
    // Its default queue is an array, which gets slow when many calls wait.
    taskQueue: new FixedQueue(),
    recordTiming: false,
    concurrentTasksPerWorker,
  });
  return {
    increment: (value: number) => pool.run(value, INCREMENT),
    incrementLater: (value: number) => pool.run(value, INCREMENT_LATER),
    echo: (record: BenchRecord) => pool.run(record, ECHO),
    echoBytes: (bytes: Uint8Array) => pool.run(bytes, ECHO),
    moveBytes: (bytes: Uint8Array) =>
      pool.run(bytes, { ...MOVE, transferList: [bytes.buffer as ArrayBuffer] }),
    work: (job: Job) => pool.run(job, WORK),
    fail: (message: string) => pool.run(message, FAIL),
    stop: () => pool.destroy(),
  };
}

/** piscina with the given number of tasks that a worker may hold at once. */
function piscinaPeer(name: string, concurrentTasksPerWorker: number): LibraryPeer {
  return {
    name,
    role: "library",
    packages: ["piscina"],
    kinds: ["thread"],
    settings: `${concurrentTasksPerWorker} task(s) per worker at once, FixedQueue, no timing records`,
    open: (options: OpenOptions) => open(options, concurrentTasksPerWorker),
  };
}

/** As it comes: a worker holds one task at a time. */
export const piscina: LibraryPeer = piscinaPeer("piscina", 1);

/** A worker holds up to 64 tasks: fewer idle moments between two small ones. */
export const piscina64: LibraryPeer = piscinaPeer("piscina-64", 64);
