import type { Socket } from "node:net";
import type { Frame, HostLink, LinkInfo } from "../protocol/connection.ts";
import { type ByteSink, writeFrame } from "../protocol/frame-bytes.ts";
import { FrameReader } from "../protocol/frame-reader.ts";
import { Inbox } from "../protocol/inbox.ts";
import { sendJson } from "../protocol/send-json.ts";
import { Once } from "../util/once.ts";

// Where the engine put the two directions of the call lane; the IPC channel is found by Node itself.
const REQUESTS_FD = 3;
const REPLIES_FD = 4;

/** The worker's end of the link, in a process of its own. */
export function processLink(): HostLink {
  // Loaded here, since a thread's host has the same file and no socket.
  const { Socket } = process.getBuiltinModule("node:net");
  // Half open, and writable: closed by us, it would look as if this process could hear nothing any more.
  const requests = new Socket({ fd: REQUESTS_FD, readable: true, writable: true, allowHalfOpen: true });
  return new ProcessLink(requests, new Socket({ fd: REPLIES_FD, readable: false, writable: true }));
}

class ProcessLink implements HostLink {
  readonly info: LinkInfo = { wire: "bytes", pid: process.pid };
  readonly #requests: Socket;
  readonly #replies: Socket;
  readonly #inbox = new Inbox();
  readonly #closed = new Once<void>();
  readonly #reader: FrameReader = new FrameReader((body) =>
    this.#inbox.deliver({ lane: "call", body, form: "value" }),
  );

  readonly #sink: ByteSink;
  #onDrain: () => void = () => {};
  /** Somebody was told to wait until all is written. */
  #isAwaited = false;

  constructor(requests: Socket, replies: Socket) {
    this.#requests = requests;
    this.#replies = replies;
    const onWritten = (): void => this.#onWritten();
    this.#sink = {
      write: (chunk) => replies.write(chunk, onWritten),
      cork: () => replies.cork(),
      uncork: () => replies.uncork(),
    };
    requests.on("data", (chunk: Buffer) => this.#read(chunk));
    requests.once("end", () => this.#closed.happen());
    // The pool is gone then, which "close" tells.
    for (const socket of [requests, replies])
      socket.once("close", () => this.#closed.happen()).on("error", () => {});
    process.on("message", (body: unknown) => this.#inbox.deliver({ lane: "control", body, form: "value" }));
    process.once("disconnect", () => this.#closed.happen());
    // The sockets alone keep the process alive.
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
    if (!this.#replies.writable) return true;
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

  /** False for good once the pool can't be told any more: what it doesn't know to have begun runs elsewhere. */
  isFlushed(): boolean {
    const isFlushed = this.#replies.writable && this.#replies.writableLength === 0;
    if (!isFlushed) this.#isAwaited = true;
    return isFlushed;
  }

  onClose(listener: () => void): void {
    this.#closed.listen(listener);
  }

  /** Ends this side of the call lane, and waits until the kernel has all of it. */
  flushed(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#replies.destroyed) resolve();
      else this.#replies.once("close", resolve).end(resolve);
    });
  }

  /** Not the event "drain": that comes only to writers who wrote more than the socket's high-water mark. */
  #onWritten(): void {
    if (!this.#isAwaited || this.#replies.writableLength > 0) return;
    this.#isAwaited = false;
    this.#onDrain();
  }

  #read(chunk: Buffer): void {
    try {
      this.#reader.read(chunk);
    } catch (error) {
      // Nothing that follows can be read: without its pool this process has nothing to do.
      process.emitWarning(error as Error);
      this.#requests.destroy();
    }
  }
}
