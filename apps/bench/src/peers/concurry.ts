import type { BenchRecord } from "../cases/record.ts";
import type { LibraryPeer, LibraryTarget, OpenOptions } from "./peer.ts";

async function open(options: OpenOptions): Promise<LibraryTarget> {
  const { Bench } = await import("../workers/concurry-worker.ts");
  const pool = Bench.options({
    mode: options.kind,
    maxWorkers: options.workers,
    loadBalancing: "shared_queue",
  }).init();
  await pool.ready();
  return {
    increment: (value: number) => pool.increment(value),
    incrementLater: (value: number) => pool.incrementLater(value),
    echo: (record: BenchRecord) => pool.echo(record),
    echoBytes: (bytes: Uint8Array) => pool.echoBytes(bytes),
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
