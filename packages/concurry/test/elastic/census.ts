import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Worker as Thread } from "node:worker_threads";
import { afterAll, beforeEach } from "vitest";

/** Counts the threads and processes that this program has started and that live. */
export class Census {
  /** The most that lived at once; only a birth can make it more. */
  most = 0;
  born = 0;
  readonly #threads = new Set<Thread>();
  readonly #children = new Set<ChildProcess>();

  constructor() {
    const onThread = (message: unknown): void => this.#count(this.#threads, (message as Born<Thread>).worker);
    const onChild = (message: unknown): void =>
      this.#count(this.#children, (message as Born<ChildProcess>).process);
    subscribe("worker_threads", onThread);
    subscribe("child_process", onChild);
    beforeEach(() => {
      this.most = 0;
      this.born = 0;
    });
    afterAll(() => {
      unsubscribe("worker_threads", onThread);
      unsubscribe("child_process", onChild);
    });
  }

  get living(): number {
    for (const thread of this.#threads) if (thread.threadId === -1) this.#threads.delete(thread);
    for (const child of this.#children)
      if (child.exitCode !== null || child.signalCode !== null) this.#children.delete(child);
    return this.#threads.size + this.#children.size;
  }

  #count<One>(all: Set<One>, one: One): void {
    all.add(one);
    this.born += 1;
    this.most = Math.max(this.most, this.living);
  }
}

interface Born<One> {
  readonly worker: One;
  readonly process: One;
}
