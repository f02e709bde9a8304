import type { BenchRecord } from "../cases/record.ts";
import type { Job } from "../workers/functions.ts";
import type { LimitPeer, OpenOptions, Target } from "./peer.ts";
import { openLinks, type RawWorkerLink, type Settle } from "./raw-worker-link.ts";

// Below this a message's own cost outweighs what a second worker gains.
const FEWEST_PER_MESSAGE = 64;

/** Collects the calls of one tick and posts them as arrays, to one worker or, when many, to all. */
class Batch {
  readonly #links: readonly RawWorkerLink[];
  readonly #next: () => RawWorkerLink;
  #values: unknown[] = [];
  #settles: Settle[] = [];

  constructor(links: readonly RawWorkerLink[], next: () => RawWorkerLink) {
    this.#links = links;
    this.#next = next;
  }

  add(value: unknown, settle: Settle): void {
    // The tick queue runs once all promise callbacks are done: what they call is in the same batch.
    if (this.#values.length === 0) process.nextTick(() => this.#flush());
    this.#values.push(value);
    this.#settles.push(settle);
  }

  #flush(): void {
    const values = this.#values;
    const settles = this.#settles;
    this.#values = [];
    this.#settles = [];
    const share = Math.max(FEWEST_PER_MESSAGE, Math.ceil(values.length / this.#links.length));
    for (let start = 0; start < values.length; start += share) {
      this.#post(values.slice(start, start + share), settles.slice(start, start + share));
    }
  }

  #post(values: readonly unknown[], settles: readonly Settle[]): void {
    this.#next().post(values, (answer) => {
      const results = answer as readonly unknown[];
      for (const [index, settle] of settles.entries()) settle(results[index]);
    });
  }
}

async function open(options: OpenOptions): Promise<Target> {
  const { links, next } = openLinks(options.workers);
  const batch = new Batch(links, next);
  const call = <T>(value: T): Promise<T> => new Promise<T>((resolve) => batch.add(value, resolve as Settle));
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

/** The limit of many small calls: bare arrays of all calls of a tick, a promise per call. */
export const rawBatch: LimitPeer = {
  name: "raw-batch",
  role: "limit",
  packages: [],
  kinds: ["thread"],
  cases: ["burst", "loop64", "objects"],
  settings: "postMessage of all values of a tick as one array, split over the workers from 64 on",
  open,
};
