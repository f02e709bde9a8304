import type { Tinypool } from "tinypool";
import { TASK_EXPORT } from "../../protocol/task-start.ts";
import { TaskSignal } from "./task-signal.ts";
import { lostWorker, type RunningTicket, TaskWorker } from "./task-worker.ts";
import type { Ticket } from "./ticket.ts";

/**
 * The threads or processes of one tinypool, each for one task.
 *
 * Tinypool gives a task to whichever worker is up first. So tasks are all alike here, and every start brings one task
 * and one worker. A worker that ends before it has a task leaves one behind that would wait for ever: it is withdrawn.
 */
export class TaskWorkers<T extends Ticket> {
  readonly #tinypool: Tinypool;
  readonly #filename: string;
  readonly #onGone: () => void;
  readonly #workers = new Map<number, TaskWorker<T>>();
  /** Tickets of which it isn't known who has them. */
  readonly #waiting = new Set<RunningTicket<T>>();
  /** What tasks failed with that never said whose they were. */
  readonly #failures: unknown[] = [];

  /** @param onGone Called when a worker has ended. */
  constructor(tinypool: Tinypool, filename: string, onGone: () => void) {
    this.#tinypool = tinypool;
    this.#filename = filename;
    this.#onGone = onGone;
    // Tells of workers that ended before they had a task; each is heard of by itself, too.
    tinypool.on("error", () => {});
  }

  /**
   * Starts one thread or process.
   *
   * @throws {Error} What Node refuses it with.
   */
  start(ticket: T): TaskWorker<T> {
    const before = new Set(this.#tinypool.threads);
    this.#run(ticket);
    const started = this.#tinypool.threads.find((worker) => !before.has(worker));
    if (started === undefined) throw new Error("Tinypool did not start a worker.");
    const worker: TaskWorker<T> = new TaskWorker(started, {
      onLost: () => this.#withdraw(),
      onGone: () => this.#gone(worker),
    });
    if (worker.id !== undefined) this.#workers.set(worker.id, worker);
    return worker;
  }

  get size(): number {
    return this.#workers.size;
  }

  /** Ends all of them, and waits until they are gone. */
  async close(): Promise<void> {
    const workers = [...this.#workers.values()];
    for (const worker of workers) worker.terminate();
    await Promise.all(workers.map(({ gone }) => gone.promise));
    await this.#tinypool.destroy();
  }

  #run(ticket: T): void {
    const signal = new TaskSignal();
    const run = this.#tinypool.run(ticket.start, {
      ...ticket.way,
      filename: this.#filename,
      name: TASK_EXPORT,
      signal,
    });
    const result = run.then(
      (code: number) => code,
      (error: unknown) => this.#failed(running, error),
    );
    const running: RunningTicket<T> = { ticket, result, signal };
    this.#waiting.add(running);
    ticket.onTaken((id) => {
      if (this.#waiting.delete(running)) this.#workers.get(id)?.take(running);
    });
    void result.then(() => {
      this.#waiting.delete(running);
      ticket.close();
    });
  }

  #failed(running: RunningTicket<T>, error: unknown): undefined {
    if (!this.#waiting.has(running) || !running.ticket.isTaken || error === lostWorker) return;
    const isProcess = this.#tinypool.options.runtime === "child_process";
    if (!isProcess) this.#failures.push(error);
    // An error of the task comes as plain data; tinypool's own says no more than that the process has ended.
    else if (!(error instanceof Error)) this.#failures.push(Object.assign(new Error(), error));
  }

  async #gone(worker: TaskWorker<T>): Promise<unknown> {
    if (worker.id !== undefined) this.#workers.delete(worker.id);
    // Of a thread that ends without an error tinypool hears nothing.
    if (this.#tinypool.threads.includes(worker.tinypoolWorker)) worker.forget();
    // The promise of the task that it had, if any, is settled when this is over.
    await new Promise((resolve) => setImmediate(resolve));
    this.#onGone();
    return worker.hasTicket ? undefined : this.#failures.shift();
  }

  /** Withdraws the tickets for which no worker is left; at once, or tinypool would start another for them some day. */
  #withdraw(): void {
    const waiting = [...this.#waiting].filter(({ signal }) => !signal.isOver);
    const idle = this.#tinypool.threads.filter(({ threadId }) => !this.#workers.get(threadId)?.hasTicket);
    const untaken = waiting.filter(({ ticket }) => !ticket.isTaken);
    for (const { signal } of untaken.slice(0, Math.max(0, waiting.length - idle.length))) signal.abort();
  }
}
