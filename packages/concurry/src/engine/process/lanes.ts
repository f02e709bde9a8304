import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import type { Frame } from "../../protocol/connection.ts";
import { writeFrame } from "../../protocol/frame-bytes.ts";
import { FrameReader } from "../../protocol/frame-reader.ts";
import { Inbox } from "../../protocol/inbox.ts";
import { sendJson } from "../../protocol/send-json.ts";
import { Once } from "../../util/once.ts";

/** The two lanes to a process: calls on a socket, control messages on the IPC channel. Neither keeps the program alive. */
export class ProcessLanes {
  readonly #child: ChildProcess;
  readonly #socket: Socket;
  readonly #inbox = new Inbox();
  readonly #end = new Once<unknown>();
  readonly #reader: FrameReader = new FrameReader((body) =>
    this.#inbox.deliver({ lane: "call", body, form: "value" }),
  );

  constructor(child: ChildProcess, socket: Socket) {
    this.#child = child;
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.once("close", () => this.#end.happen(undefined));
    // Writing to a process that has died is no error of its own: its death is reported.
    socket.on("error", () => {});
    child.on("message", (body: unknown) => this.#inbox.deliver({ lane: "control", body, form: "value" }));
    socket.unref();
    child.channel?.unref();
  }

  get bytesReceived(): number {
    return this.#socket.bytesRead;
  }

  /** True once the process has sent anything on the call lane. */
  get hasReceived(): boolean {
    return this.#socket.bytesRead > 0;
  }

  post(frame: Frame): boolean {
    if (frame.lane === "control") return this.#postControl(frame);
    // After `end` or a death; its calls are settled by the end of the worker.
    if (!this.#socket.writable) return true;
    return writeFrame(this.#socket, frame.body, frame.form, frame.transfer);
  }

  onFrame(listener: (frame: Frame) => void): void {
    this.#inbox.listen(listener);
  }

  onDrain(listener: () => void): void {
    this.#socket.on("drain", listener);
  }

  /** Sets the listener for the end of the call lane; given an error when its bytes could not be read. */
  onEnd(listener: (error: unknown) => void): void {
    this.#end.listen(listener);
  }

  /** Closes our half of the call lane, which asks the process to end; what it still sends arrives. */
  end(): void {
    this.#socket.end();
  }

  close(): void {
    this.#socket.destroy();
    if (this.#child.connected) this.#child.disconnect();
  }

  #postControl(frame: Frame): boolean {
    if (frame.transfer !== undefined && frame.transfer.length > 0) {
      throw new DOMException("Nothing can be transferred to a process", "DataCloneError");
    }
    sendJson(this.#child, frame.body);
    return true;
  }

  #read(chunk: Buffer): void {
    try {
      this.#reader.read(chunk);
    } catch (error) {
      this.#end.happen(error);
      this.#socket.destroy();
    }
  }
}
