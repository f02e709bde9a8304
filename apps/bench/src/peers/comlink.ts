import { Worker } from "node:worker_threads";
import type { Remote } from "comlink";
import type { BenchRecord } from "../cases/record.ts";
import type { Job } from "../workers/functions.ts";
import type { LibraryPeer, LibraryTarget, OpenOptions } from "./peer.ts";

const WORKER_URL = new URL("../workers/comlink-worker.js", import.meta.url);

interface Exposed {
  increment(value: number): number;
  incrementLater(value: number): Promise<number>;
  echo(value: unknown): unknown;
  moveBytes(bytes: Uint8Array): Uint8Array;
  work(job: Job): number;
  fail(message: string): never;
}

async function open(options: OpenOptions): Promise<LibraryTarget> {
  const { transfer, wrap } = await import("comlink");
  const { default: nodeEndpoint } = await import("comlink/dist/esm/node-adapter.mjs");
  const workers = Array.from({ length: options.workers }, () => new Worker(WORKER_URL));
  const remotes = workers.map((worker) => wrap<Exposed>(nodeEndpoint(worker)));
  let turn = 0;
  const next = (): Remote<Exposed> => {
    turn = (turn + 1) % remotes.length;
    return remotes[turn] as Remote<Exposed>;
  };
  return {
    increment: (value: number) => next().increment(value),
    incrementLater: (value: number) => next().incrementLater(value),
    echo: (record: BenchRecord) => next().echo(record) as Promise<BenchRecord>,
    echoBytes: (bytes: Uint8Array) => next().echo(bytes) as Promise<Uint8Array>,
    moveBytes: (bytes: Uint8Array) =>
      next().moveBytes(transfer(bytes, [bytes.buffer])) as Promise<Uint8Array>,
    work: (job: Job) => next().work(job),
    fail: (message: string) => next().fail(message),
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** comlink has no pool: its workers get the calls in turn. */
export const comlink: LibraryPeer = {
  name: "comlink",
  role: "library",
  packages: ["comlink"],
  kinds: ["thread"],
  settings: "round robin over its workers",
  open,
};
