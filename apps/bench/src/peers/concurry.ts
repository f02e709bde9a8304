import type { BenchRecord } from "../cases/record.ts";
import type { Job } from "../workers/functions.ts";
import type { LibraryPeer, LibraryTarget, OpenOptions } from "./peer.ts";

async function open(options: OpenOptions): Promise<LibraryTarget> {
  const { transfer } = await import("concurry");
  const { Bench } = await import("../workers/concurry-worker.ts");
  const pool = Bench.options({
    mode: options.kind,
    maxWorkers: options.workers,
    loadBalancing: "shared_queue",
  }).init();
  return {
    increment: (value: number) => pool.increment(value),
    incrementLater: (value: number) => pool.incrementLater(value),
    echo: (record: BenchRecord) => pool.echo(record),
    echoBytes: (bytes: Uint8Array) => pool.echoBytes(bytes),
    moveBytes: (bytes: Uint8Array) => pool.moveBytes(transfer(bytes, [bytes.buffer as ArrayBuffer])),
    work: (job: Job) => pool.work(job),
    ready: () => pool.ready(),
    fail: (message: string) => pool.fail(message),
    stop: () => pool.stop(),
  };
}

/** The library of this repository. */
export const concurry: LibraryPeer = {
  name: "concurry",
  role: "library",
  packages: ["concurry"],
  kinds: ["thread", "process"],
  settings: "shared_queue",
  open,
};
