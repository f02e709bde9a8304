import { type MessagePort, receiveMessageOnPort, type Transferable } from "node:worker_threads";
import type { Frame, HostLink, Lane, LinkInfo } from "../protocol/connection.ts";
import { Inbox } from "../protocol/inbox.ts";
import { END_REQUEST, type ThreadStart } from "../protocol/thread-start.ts";
import { Once } from "../util/once.ts";

/** The worker's end of the link, in a thread; made from what the engine put into `workerData`. */
export function threadLink(workerData: unknown): HostLink {
  return new ThreadLink(workerData as ThreadStart);
}

class ThreadLink implements HostLink {
  readonly info: LinkInfo;
  readonly #callPort: MessagePort;
  readonly #controlPort: MessagePort;
  readonly #inbox = new Inbox();
  readonly #closed = new Once<void>();

  constructor(start: ThreadStart) {
    this.info = { wire: "clone", claims: start.claims };
    this.#callPort = start.callPort;
    this.#controlPort = start.controlPort;
    // What to start has come long before this thread was up: it needn't wait for a turn of the event loop.
    const first = receiveMessageOnPort(this.#callPort);
    if (first !== undefined) this.#inbox.deliver({ lane: "call", body: first.message, form: "value" });
    this.#listen(this.#callPort, "call");
    this.#listen(this.#controlPort, "control");
    // The call port alone keeps the thread alive.
    this.#controlPort.unref();
  }

  post(frame: Frame): boolean {
    const port = frame.lane === "call" ? this.#callPort : this.#controlPort;
    if (frame.transfer === undefined) port.postMessage(frame.body);
    else port.postMessage(frame.body, frame.transfer as readonly Transferable[]);
    return true;
  }

  onFrame(listener: (frame: Frame) => void): void {
    this.#inbox.listen(listener);
  }

  /** A port takes everything, so it never has room *again*. */
  onDrain(): void {}

  onClose(listener: () => void): void {
    this.#closed.listen(listener);
  }

  /** What is posted already lies in the other thread's memory. */
  async flushed(): Promise<void> {}

  #listen(port: MessagePort, lane: Lane): void {
    port.on("message", (body: unknown) => {
      if (body === END_REQUEST && lane === "control") this.#closed.happen();
      else this.#inbox.deliver({ lane, body, form: "value" });
    });
    port.on("messageerror", (cause) => {
      // A lost frame would leave its calls waiting for ever: better the pool sees this worker die of it.
      throw new Error(`A message to a worker thread could not be read: ${cause.message}`, { cause });
    });
    port.on("close", () => this.#closed.happen());
  }
}
