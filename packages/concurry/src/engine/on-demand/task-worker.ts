import type { TinypoolWorker } from "tinypool";
import type { WorkerExit } from "../../protocol/connection.ts";
import { type Deferred, deferred } from "../../util/deferred.ts";
import { Once } from "../../util/once.ts";
import type { TaskSignal } from "./task-signal.ts";
import type { Ticket } from "./ticket.ts";

/** A ticket that was handed to tinypool. */
export interface RunningTicket<T extends Ticket> {
  readonly ticket: T;
  /** The exit code that the task ended with; undefined when it didn't come to its end. */
  readonly result: Promise<number | undefined>;
  /** Ends the task, and with it the worker that has it. */
  readonly signal: TaskSignal;
}

/** What a worker tells of itself. */
export interface TaskWorkerListener {
  /** Tinypool counts it no more. */
  onLost(): void;
  /** It has ended. Resolves to what its task failed with before it could say whose it is. */
  onGone(): Promise<unknown>;
}

/** What a worker's task fails with when all that tinypool hears of its end comes from us. */
export const lostWorker: Error = new Error("The worker has ended.");

/** One thread or process that tinypool has started. */
export class TaskWorker<T extends Ticket> {
  readonly tinypoolWorker: TinypoolWorker;
  /** Thread id or process id; undefined when there is no process. */
  readonly id: number | undefined;
  readonly #listener: TaskWorkerListener;
  /** Settles after its end. */
  readonly gone: Deferred = deferred();
  readonly #taken = new Once<T>();
  readonly #exit = new Once<WorkerExit>();
  #ticket: RunningTicket<T> | undefined;
  #error: unknown;
  #isGone = false;

  constructor(tinypoolWorker: TinypoolWorker, listener: TaskWorkerListener) {
    this.tinypoolWorker = tinypoolWorker;
    this.id = tinypoolWorker.threadId;
    this.#listener = listener;
    tinypoolWorker.once("error", (error: unknown) => this.#onError(error));
    tinypoolWorker.once("exit", (code: number | null, signal: string | null = null) => {
      void this.#end(code, signal);
    });
  }

  get #isProcess(): boolean {
    return this.tinypoolWorker.runtime === "child_process";
  }

  get hasTicket(): boolean {
    return this.#ticket !== undefined;
  }

  /** The worker has said that this is its ticket. */
  take(ticket: RunningTicket<T>): void {
    this.#ticket = ticket;
    this.#taken.happen(ticket.ticket);
  }

  /** Sets the listener for the moment when the worker has a ticket. */
  onTicket(listener: (ticket: T) => void): void {
    this.#taken.listen(listener);
  }

  /** Sets the listener for the end. When it is called, tinypool has room for another worker. */
  onExit(listener: (exit: WorkerExit) => void): void {
    this.#exit.listen(listener);
  }

  /** Ends it at once. */
  terminate(): void {
    if (this.#isGone || this.id === undefined) return;
    // Tinypool would send a SIGTERM first, which the user's code may take as it likes.
    if (this.#isProcess) process.kill(this.id, "SIGKILL");
    if (this.#ticket === undefined) this.forget();
    else this.#ticket.signal.abort();
  }

  /** Tells tinypool in its own words that this worker is lost: it ends it, and fails the task that it may have. */
  forget(): void {
    this.tinypoolWorker.emit("error", lostWorker);
    this.#listener.onLost();
  }

  #onError(error: unknown): void {
    if (error === lostWorker) return;
    this.#listener.onLost();
    // Of a process that was started this says no more than its exit does; one that was not has no exit.
    if (!this.#isProcess || this.id === undefined) this.#error = error;
    if (this.id === undefined) void this.#end(null, null);
  }

  async #end(code: number | null, signal: string | null): Promise<void> {
    if (this.#isGone) return;
    this.#isGone = true;
    const failure = await this.#listener.onGone();
    const result = await this.#ticket?.result;
    const error = this.#error ?? failure;
    if (result !== undefined) this.#exit.happen({ code: result, signal: null });
    else this.#exit.happen({ code, signal, ...(error === undefined ? {} : { error }) });
    this.gone.resolve();
  }
}
