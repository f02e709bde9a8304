import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import type { Frame } from "../../protocol/connection.ts";
import { writeFrame } from "../../protocol/frame-bytes.ts";
import { FrameReader } from "../../protocol/frame-reader.ts";
import { Inbox } from "../../protocol/inbox.ts";
import { sendJson } from "../../protocol/send-json.ts";
import { Once } from "../../util/once.ts";

/**
 * The two lanes to a process: calls on sockets, control messages on the IPC channel. None keeps the program alive.
 *
 * Each direction of the call lane has a socket of its own. A write that fails closes its socket at once, and with it
 * would go what the process said before it died: calls that had begun would seem not to have, and run again.
 */
export class ProcessLanes {
  readonly #child: ChildProcess;
  readonly #requests: Socket;
  readonly #replies: Socket;
  readonly #inbox = new Inbox();
  readonly #end = new Once<unknown>();
  readonly #deaf = new Once<void>();
  readonly #reader: FrameReader = new FrameReader((body) =>
    this.#inbox.deliver({ lane: "call", body, form: "value" }),
  );

  constructor(child: ChildProcess, requests: Socket, replies: Socket) {
    this.#child = child;
    this.#requests = requests;
    this.#replies = replies;
    replies.on("data", (chunk: Buffer) => this.#read(chunk));
    replies.once("close", () => this.#end.happen(undefined));
    // Nothing comes this way but its end.
    requests.resume();
    requests.once("close", () => this.#deaf.happen());
    // Writing to a process that has died is no error of its own: its death is reported.
    for (const socket of [requests, replies]) socket.on("error", () => {}).unref();
    child.on("message", (body: unknown) => this.#inbox.deliver({ lane: "control", body, form: "value" }));
    child.channel?.unref();
  }

  get bytesReceived(): number {
    return this.#replies.bytesRead;
  }

  /** True once the process has sent anything on the call lane. */
  get hasReceived(): boolean {
    return this.#replies.bytesRead > 0;
  }

  post(frame: Frame): boolean {
    if (frame.lane === "control") return this.#postControl(frame);
    // After `end` or a death; its calls are settled by the end of the worker.
    if (!this.#requests.writable) return true;
    return writeFrame(this.#requests, frame.body, frame.form, frame.transfer);
  }

  onFrame(listener: (frame: Frame) => void): void {
    this.#inbox.listen(listener);
  }

  onDrain(listener: () => void): void {
    this.#requests.on("drain", listener);
  }

  /** Sets the listener for the end of what the process says; given an error when its bytes could not be read. */
  onEnd(listener: (error: unknown) => void): void {
    this.#end.listen(listener);
  }

  /** Sets the listener for the moment when the process hears nothing any more. */
  onDeaf(listener: () => void): void {
    this.#deaf.listen(listener);
  }

  /** Closes our half of the call lane, which asks the process to end; what it still sends arrives. */
  end(): void {
    this.#requests.end();
  }

  close(): void {
    this.#requests.destroy();
    this.#replies.destroy();
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
      this.#replies.destroy();
    }
  }
}
