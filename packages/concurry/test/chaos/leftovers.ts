import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { readdirSync, readFileSync } from "node:fs";
import type { Worker as Thread } from "node:worker_threads";

/** The variable by which processes of one run are found, even when nobody is their parent any more. */
const TAG = "CONCURRY_CHAOS";

/** Knows every thread and process that was started since it was made. */
export class Started {
  readonly tag: string = `${process.pid}-${Math.random()}`;
  readonly #threads = new Map<number, Thread>();
  readonly #children = new Set<ChildProcess>();

  constructor() {
    subscribe("worker_threads", this.#onThread);
    subscribe("child_process", this.#onChild);
  }

  readonly #onThread = (message: unknown): void => {
    const { worker } = message as { worker: Thread };
    const { threadId } = worker;
    this.#threads.set(threadId, worker);
    worker.once("exit", () => this.#threads.delete(threadId));
  };

  readonly #onChild = (message: unknown): void => {
    const { process: child } = message as { process: ChildProcess };
    this.#children.add(child);
    for (const event of ["exit", "error"]) child.once(event, () => this.#children.delete(child));
  };

  /** What workers must be started with. */
  get env(): Record<string, string> {
    return { [TAG]: this.tag };
  }

  /** Ends a thread from outside, at whatever it is. */
  async terminate(threadId: number): Promise<void> {
    await this.#threads.get(threadId)?.terminate();
  }

  /** What lives now. */
  living(): string[] {
    const threads = [...this.#threads.keys()].map((id) => `thread ${id}`);
    const children = [...this.#children].map(({ pid }) => `child ${pid}`);
    return [...threads, ...children, ...this.#orphans()];
  }

  /** Ends what should not live any more, so that one failure doesn't spoil what follows. */
  endAll(): void {
    for (const thread of this.#threads.values()) void thread.terminate();
    for (const child of this.#children) child.kill("SIGKILL");
  }

  close(): void {
    unsubscribe("worker_threads", this.#onThread);
    unsubscribe("child_process", this.#onChild);
  }

  /** Processes with our mark that are no children that we know. Only Linux tells. */
  #orphans(): string[] {
    if (process.platform !== "linux") return [];
    const known = new Set([...this.#children].map(({ pid }) => String(pid)));
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && !known.has(name) && this.#isOurs(name))
      .map((pid) => `process ${pid}`);
  }

  #isOurs(pid: string): boolean {
    try {
      // One that has ended and was not asked for has no environment.
      return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(`${TAG}=${this.tag}`);
    } catch {
      return false;
    }
  }
}
