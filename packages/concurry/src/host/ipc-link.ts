import type { Frame, HostLink, LinkInfo } from "../protocol/connection.ts";
import { type ByteSink, writeFrame } from "../protocol/frame-bytes.ts";
import { FrameReader } from "../protocol/frame-reader.ts";
import { Inbox } from "../protocol/inbox.ts";
import { jsonText } from "../protocol/json-text.ts";
import { CLOSE_REQUEST } from "../protocol/task-start.ts";
import { END_REQUEST } from "../protocol/thread-start.ts";
import { Once } from "../util/once.ts";

/** The worker's end of the link, in a process that has an IPC channel for both lanes. */
export function ipcLink(): HostLink {
  return new IpcLink();
}

// Kept from before the user's code, which may replace it.
const send = process.send?.bind(process);

class IpcLink implements HostLink {
  readonly info: LinkInfo = { wire: "bytes", pid: process.pid };
  readonly #inbox = new Inbox();
  readonly #closed = new Once<void>();
  readonly #reader: FrameReader = new FrameReader((body) =>
    this.#inbox.deliver({ lane: "call", body, form: "value" }),
  );
  readonly #sink: ByteSink = {
    write: (chunk) => this.#send(chunk),
    cork: () => {},
    uncork: () => {},
  };
  /** Messages that the kernel has not taken yet. */
  #unwritten = 0;
  #onDrain: () => void = () => {};
  #onFlushed: () => void = () => {};
  /** Somebody was told to wait until all is written. */
  #isAwaited = false;

  constructor() {
    process.on("message", (message: unknown) => this.#receive(message));
    process.once("disconnect", () => this.#closed.happen());
    // A terminal's Ctrl-C reaches all processes at once, and is the program's affair. SIGTERM still ends this one.
    process.on("SIGINT", () => {});
    this.#send(process.pid);
  }

  post(frame: Frame): boolean {
    if (frame.lane === "control") return this.#send(jsonText(frame.body));
    const hasRoom = writeFrame(this.#sink, frame.body, frame.form, frame.transfer);
    if (!hasRoom) this.#isAwaited = true;
    return hasRoom;
  }

  onFrame(listener: (frame: Frame) => void): void {
    this.#inbox.listen(listener);
  }

  onDrain(listener: () => void): void {
    this.#onDrain = listener;
  }

  isFlushed(): boolean {
    const isFlushed = this.#unwritten === 0;
    if (!isFlushed) this.#isAwaited = true;
    return isFlushed;
  }

  onClose(listener: () => void): void {
    this.#closed.listen(listener);
  }

  flushed(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#unwritten === 0) resolve();
      else this.#onFlushed = resolve;
    });
  }

  #send(message: Uint8Array | string | number): boolean {
    // Nobody is there any more to take it.
    if (send === undefined || !process.connected) return true;
    this.#unwritten += 1;
    return send(message, undefined, undefined, () => this.#onWritten());
  }

  /** Called for what could not be written, too: then the pool is gone. */
  #onWritten(): void {
    this.#unwritten -= 1;
    if (this.#unwritten > 0) return;
    this.#onFlushed();
    if (!this.#isAwaited) return;
    this.#isAwaited = false;
    this.#onDrain();
  }

  #receive(message: unknown): void {
    if (message instanceof Uint8Array)
      this.#reader.read(Buffer.from(message.buffer, message.byteOffset, message.byteLength));
    else if (message === END_REQUEST) this.#closed.happen();
    else if (message === CLOSE_REQUEST) process.disconnect();
    else if (typeof message === "string")
      this.#inbox.deliver({ lane: "control", body: JSON.parse(message), form: "value" });
  }
}
