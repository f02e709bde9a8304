import type { BenchRecord } from "../cases/record.ts";
import type { Job } from "../workers/functions.ts";
import type { LimitPeer, OpenOptions, Target } from "./peer.ts";
import { openLinks, type Settle } from "./raw-worker-link.ts";

async function open(options: OpenOptions): Promise<Target> {
  const { links, next } = openLinks(options.workers);
  const call = <T>(value: T): Promise<T> =>
    new Promise<T>((resolve) => next().post(value, resolve as Settle));
  return {
    increment: (value: number) => call(value),
    echo: (record: BenchRecord) => call(record),
    echoBytes: (bytes: Uint8Array) => call(bytes),
    work: (job: Job) => call<unknown>(job) as Promise<number>,
    stop: async () => {
      await Promise.all(links.map((link) => link.stop()));
    },
  };
}

/** The limit of lone calls and large ones: one bare message there, one back. */
export const rawPingPong: LimitPeer = {
  name: "raw-ping-pong",
  role: "limit",
  packages: [],
  kinds: ["thread"],
  cases: ["one", "lone", "bytes", "copy-1m", "cpu-even", "memory-worker"],
  settings: "postMessage of the bare value",
  open,
};
