import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { Tinypool } from "tinypool";
import type { TaskStart } from "../../protocol/task-start.ts";

/** How a task reaches its worker. */
type Way = Pick<NonNullable<Parameters<Tinypool["run"]>[1]>, "transferList" | "channel">;

/**
 * One task of tinypool. It is not meant for a certain worker: whichever is up first takes it, and says who it is.
 */
export interface Ticket {
  readonly start: TaskStart;
  readonly way: Way;
  /** True from the moment when a worker has the task. */
  readonly isTaken: boolean;
  /** Sets the listener for the id of the worker that has it. */
  onTaken(listener: (id: number) => void): void;
  close(): void;
}

/** For threads: a port, on which the worker is given those of its connection. */
export class ThreadTicket implements Ticket {
  readonly start: TaskStart;
  readonly way: Way;
  readonly port: MessagePort;
  /** Moves with the task; that it is gone is all that can be seen of that here. */
  readonly #token = new ArrayBuffer(1);

  constructor(start: Omit<TaskStart, "port">) {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.start = { ...start, port: port2 };
    this.way = { transferList: [port2, this.#token] };
  }

  get isTaken(): boolean {
    return this.#token.byteLength === 0;
  }

  onTaken(listener: (id: number) => void): void {
    this.port.once("message", listener);
    this.port.unref();
  }

  close(): void {
    this.port.close();
  }
}

/** For processes: what goes over the IPC channel of the one that has it. */
export class ProcessTicket implements Ticket {
  readonly start: TaskStart;
  readonly way: Way;
  /** Sends to the process; absent until one has the ticket. */
  send: ((message: unknown) => void) | undefined;
  /** Hears what the process sends after its id. */
  receive: (message: unknown) => void = () => {};
  #onTaken: ((id: number) => void) | undefined;

  constructor(start: TaskStart) {
    this.start = start;
    this.way = {
      channel: {
        onMessage: (send) => {
          this.send = send;
        },
        postMessage: (message: unknown) => this.#hear(message),
      },
    };
  }

  get isTaken(): boolean {
    return this.send !== undefined;
  }

  onTaken(listener: (id: number) => void): void {
    this.#onTaken = listener;
  }

  close(): void {}

  #hear(message: unknown): void {
    const onTaken = this.#onTaken;
    if (onTaken === undefined) {
      this.receive(message);
    } else if (typeof message === "number") {
      this.#onTaken = undefined;
      onTaken(message);
    }
  }
}
