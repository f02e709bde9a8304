import { type MessagePort, receiveMessageOnPort, type Transferable } from "node:worker_threads";
import type { Connection, Frame, Lane, LinkInfo, WorkerExit } from "../../protocol/connection.ts";
import { Inbox } from "../../protocol/inbox.ts";
import { END_REQUEST } from "../../protocol/thread-start.ts";
import { Once } from "../../util/once.ts";
import { Descendants } from "../descendants.ts";
import { KillSwitch } from "../kill-switch.ts";

/** A thread, as far as its end is concerned. */
export interface RunningThread {
  readonly threadId: number;
  /** Sets the listener for its end; called once. */
  onExit(listener: (exit: WorkerExit) => void): void;
  terminate(): void;
}

/** The pool's end of a thread: two ports, and the thread itself to end it. */
export class ThreadConnection implements Connection {
  readonly info: LinkInfo;
  readonly #callPort: MessagePort;
  readonly #controlPort: MessagePort;
  readonly #inbox = new Inbox();
  readonly #exit = new Once<WorkerExit>();
  readonly #killSwitch: KillSwitch;
  readonly #descendants: Descendants;
  #error: { readonly value: unknown } | undefined;

  constructor(thread: RunningThread, callPort: MessagePort, controlPort: MessagePort, claims: Int32Array) {
    this.info = { wire: "clone", threadId: thread.threadId, claims };
    this.#callPort = callPort;
    this.#controlPort = controlPort;
    const ask = (): void => controlPort.postMessage(END_REQUEST);
    this.#killSwitch = new KillSwitch(ask, () => thread.terminate());
    this.#descendants = new Descendants(ask);
    this.#listen(callPort, "call");
    this.#listen(controlPort, "control");
    thread.onExit((exit) => this.#onThreadExit(exit));
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

  onExit(listener: (exit: WorkerExit) => void): void {
    this.#exit.listen(listener);
  }

  readControl(): void {
    this.#drain(this.#controlPort, "control");
  }

  kill(graceMs: number): void {
    this.#killSwitch.kill(graceMs);
  }

  #listen(port: MessagePort, lane: Lane): void {
    port.on("message", (body: unknown) => {
      this.#deliver(lane, body);
      // What else has come is read in the same turn, so that the calls that follow from it leave together: small
      // batches would stay small for ever.
      if (lane === "call") this.#drain(port, lane);
    });
    port.on("messageerror", (cause) => {
      // A lost frame would leave its calls waiting for ever.
      this.#fail(new Error(`A message of a worker thread could not be read: ${cause.message}`, { cause }));
      this.kill(0);
    });
    port.unref();
  }

  #deliver(lane: Lane, body: unknown): void {
    if (lane === "control" && this.#descendants.receive(body)) return;
    this.#inbox.deliver({ lane, body, form: "value" });
  }

  /** The first thing that went wrong is the cause; what follows from it is not. */
  #fail(error: unknown): void {
    this.#error ??= { value: error };
  }

  #onThreadExit(exit: WorkerExit): void {
    this.#killSwitch.close();
    this.#drain(this.#callPort, "call");
    this.#drain(this.#controlPort, "control");
    this.#callPort.close();
    this.#controlPort.close();
    this.#descendants.takeOver();
    this.#exit.happen(this.#error === undefined ? exit : { ...exit, error: this.#error.value });
  }

  /** Delivers what the thread has sent, and which the event loop has not brought yet. */
  #drain(port: MessagePort, lane: Lane): void {
    for (;;) {
      let received: { readonly message: unknown } | undefined;
      try {
        received = receiveMessageOnPort(port);
      } catch (error) {
        this.#fail(error);
        this.kill(0);
        continue;
      }
      if (received === undefined) return;
      this.#deliver(lane, received.message);
    }
  }
}
