import type { Socket } from "node:net";
import type { Frame, HostLink, LinkInfo } from "../protocol/connection.ts";
import { type ByteSink, writeFrame } from "../protocol/frame-bytes.ts";
import { FrameReader } from "../protocol/frame-reader.ts";
import { Inbox } from "../protocol/inbox.ts";
import { sendJson } from "../protocol/send-json.ts";
import { Once } from "../util/once.ts";

// Where the engine put the call lane; the IPC channel is found by Node itself.
const CALL_LANE_FD = 3;

/** The worker's end of the link, in a process of its own. */
export function processLink(): HostLink {
  // Loaded here, since a thread's host has the same file and no socket.
  const { Socket } = process.getBuiltinModule("node:net");
  return new ProcessLink(
    new Socket({ fd: CALL_LANE_FD, readable: true, writable: true, allowHalfOpen: true }),
  );
}

class ProcessLink implements HostLink {
  readonly info: LinkInfo = { wire: "bytes", pid: process.pid };
  readonly #socket: Socket;
  readonly #inbox = new Inbox();
  readonly #closed = new Once<void>();
  readonly #reader: FrameReader = new FrameReader((body) =>
    this.#inbox.deliver({ lane: "call", body, form: "value" }),
  );

  readonly #sink: ByteSink;
  #onDrain: () => void = () => {};
  /** Somebody was told to wait until all is written. */
  #isAwaited = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    const onWritten = (): void => this.#onWritten();
    this.#sink = {
      write: (chunk) => socket.write(chunk, onWritten),
      cork: () => socket.cork(),
      uncork: () => socket.uncork(),
    };
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.once("end", () => this.#closed.happen());
    socket.once("close", () => this.#closed.happen());
    // The pool is gone then, which "close" tells.
    socket.on("error", () => {});
    process.on("message", (body: unknown) => this.#inbox.deliver({ lane: "control", body, form: "value" }));
    process.once("disconnect", () => this.#closed.happen());
    // The socket alone keeps the process alive.
    process.channel?.unref();
    // A terminal's Ctrl-C reaches all processes at once, and is the program's affair. SIGTERM still ends this one.
    process.on("SIGINT", () => {});
  }

  post(frame: Frame): boolean {
    if (frame.lane === "control") {
      sendJson(process, frame.body);
      return true;
    }
    // Nobody is there any more to take it.
    if (!this.#socket.writable) return true;
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
    const isFlushed = this.#socket.writableLength === 0;
    if (!isFlushed) this.#isAwaited = true;
    return isFlushed;
  }

  onClose(listener: () => void): void {
    this.#closed.listen(listener);
  }

  /** Ends this side of the call lane, and waits until the kernel has all of it. */
  flushed(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.destroyed) resolve();
      else this.#socket.once("close", resolve).end(resolve);
    });
  }

  /** Not the event "drain": that comes only to writers who wrote more than the socket's high-water mark. */
  #onWritten(): void {
    if (!this.#isAwaited || this.#socket.writableLength > 0) return;
    this.#isAwaited = false;
    this.#onDrain();
  }

  #read(chunk: Buffer): void {
    try {
      this.#reader.read(chunk);
    } catch (error) {
      // Nothing that follows can be read: without its pool this process has nothing to do.
      process.emitWarning(error as Error);
      this.#socket.destroy();
    }
  }
}
