import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Worker as Thread } from "node:worker_threads";

/** Knows every thread and process that was started since it was made, and can end them from outside. */
export class Started {
  readonly #threads = new Map<number, Thread>();
  readonly #children = new Set<ChildProcess>();
  #count = 0;

  constructor() {
    subscribe("worker_threads", this.#onThread);
    subscribe("child_process", this.#onChild);
  }

  readonly #onThread = (message: unknown): void => {
    const { worker } = message as { worker: Thread };
    const { threadId } = worker;
    this.#count++;
    this.#threads.set(threadId, worker);
    worker.once("exit", () => this.#threads.delete(threadId));
  };

  readonly #onChild = (message: unknown): void => {
    const { process: child } = message as { process: ChildProcess };
    this.#count++;
    this.#children.add(child);
    for (const event of ["exit", "error"]) child.once(event, () => this.#children.delete(child));
  };

  /** How many were started. */
  get count(): number {
    return this.#count;
  }

  /** What lives now. */
  living(): string[] {
    const threads = [...this.#threads.keys()].map((id) => `thread ${id}`);
    return [...threads, ...[...this.#children].map(({ pid }) => `child ${pid}`)];
  }

  /** Ends one of those that live, by its place among them from 0 up to 1; false when there is none. */
  kill(place: number): boolean {
    const victims = [...this.#threads.values(), ...this.#children];
    const victim = victims[Math.floor(place * victims.length)];
    if (victim === undefined) return false;
    if ("terminate" in victim) void victim.terminate();
    else victim.kill("SIGKILL");
    return true;
  }

  /** Ends what should not live any more, so that one failure doesn't spoil what follows. */
  close(): void {
    unsubscribe("worker_threads", this.#onThread);
    unsubscribe("child_process", this.#onChild);
    for (const thread of this.#threads.values()) void thread.terminate();
    for (const child of this.#children) child.kill("SIGKILL");
  }
}
