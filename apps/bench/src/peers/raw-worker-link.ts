import { Worker } from "node:worker_threads";

const WORKER_URL = new URL("../workers/raw-worker.js", import.meta.url);

/** Gets the answer to one message. */
export type Settle = (answer: unknown) => void;

/** A bare worker thread: answers come in the order of the messages, so no ids are needed. */
export class RawWorkerLink {
  readonly #worker: Worker = new Worker(WORKER_URL);
  readonly #waiting: Settle[] = [];
  #head = 0;

  constructor() {
    this.#worker.on("message", (answer: unknown) => this.#take()(answer));
  }

  /** Posts one message; `settle` gets its answer. */
  post(message: unknown, settle: Settle): void {
    this.#waiting.push(settle);
    this.#worker.postMessage(message);
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #take(): Settle {
    const settle = this.#waiting[this.#head] as Settle;
    this.#head += 1;
    // Emptied only when all are answered: cheaper than a shift for each.
    if (this.#head === this.#waiting.length) {
      this.#waiting.length = 0;
      this.#head = 0;
    }
    return settle;
  }
}

/** So many links, and a function that gives each in turn. */
export function openLinks(count: number): { links: readonly RawWorkerLink[]; next: () => RawWorkerLink } {
  const links = Array.from({ length: count }, () => new RawWorkerLink());
  let turn = 0;
  const next = (): RawWorkerLink => {
    turn = (turn + 1) % links.length;
    return links[turn] as RawWorkerLink;
  };
  return { links, next };
}
