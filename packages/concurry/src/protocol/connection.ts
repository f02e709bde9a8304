import type { RunNow } from "./run-now.ts";

/** Which of a worker's two lanes a frame travels on; they share no queue. */
export type Lane = "call" | "control";

/**
 * One message between a pool and a worker.
 *
 * `form` says how a byte engine may write the body: `"text"` is a string of JSON that already is the whole
 * body, `"value"` is anything that structured clone takes. Engines that clone or pass references see `"value"` only.
 */
export interface Frame {
  readonly lane: Lane;
  readonly body: unknown;
  readonly form: "text" | "value";
  readonly transfer?: readonly ArrayBufferOrPort[];
}

/** What may be moved instead of copied. */
export type ArrayBufferOrPort = ArrayBuffer | MessagePortLike;

/** The part of a `MessagePort` that tells it is one; named here so that no public type needs DOM types. */
export interface MessagePortLike {
  postMessage(value: unknown, transfer?: readonly never[]): void;
  close(): void;
}

/** How values cross a link: by reference, by structured clone, or as bytes. */
export type Wire = "reference" | "clone" | "bytes";

/** What is known of a link before the first frame. */
export interface LinkInfo {
  readonly wire: Wire;
  /** True when a call is answered before `post` returns; holding calls back for a batch would only delay them. */
  readonly isImmediate?: boolean;
  /** Thread id of the worker, when it is a thread. */
  readonly threadId?: number;
  /** Process id of the worker, when it is a process. */
  readonly pid?: number;
  /**
   * One word per call slot in memory that both sides see; both sides take a call by compare-and-exchange.
   * Absent where no memory is shared.
   */
  readonly claims?: Int32Array;
}

/** One end of the way between a pool and a worker; both sides have one. */
export interface Link {
  readonly info: LinkInfo;
  /**
   * Sends one frame. Returns false when the sender must wait for `onDrain`; the frame was taken all the same.
   *
   * @throws {DOMException} `DataCloneError` when the body can't be cloned; nothing was sent then.
   */
  post(frame: Frame): boolean;
  /** False while what was posted has not left this side; `onDrain` tells when it has. Only byte links have it. */
  isFlushed?(): boolean;
  /** Sets the one listener for frames. Frames that came before are handed to it, in order. */
  onFrame(listener: (frame: Frame) => void): void;
  /** Sets the one listener that hears when a full link has room again. */
  onDrain(listener: () => void): void;
}

/** The worker's end of the link to its pool. */
export interface HostLink extends Link {
  /** Sets the listener for the end: the pool asked the worker to end, or is gone. Called once. */
  onClose(listener: () => void): void;
  /**
   * Ends this side of the link: nothing more is taken. Resolves when all posted frames are out of this worker's hands,
   * or nobody is there to take them.
   */
  flushed(): Promise<void>;
}

/** How a worker ended. */
export interface WorkerExit {
  /** Exit code, or null when a signal ended it. */
  readonly code: number | null;
  /** Signal that ended it, as `"SIGKILL"`; null for none. */
  readonly signal: string | null;
  /** What the thread or process died of, where that is known (an uncaught error, out of memory). */
  readonly error?: unknown;
}

/** The pool's end of a link to a worker that it started. */
export interface Connection extends Link {
  /** Runs a call before it returns. Only where the worker runs calls in the caller's turn; it must have nothing to do. */
  runNow?: RunNow | undefined;
  /** Sets the listener for the end of the worker. Called exactly once, after every frame that the worker sent. */
  onExit(listener: (exit: WorkerExit) => void): void;
  /** Delivers now what the worker has sent on the control lane up to now. Only where both share memory. */
  readControl?(): void;
  /** Whether the system has stopped the worker, so that it can't answer. Absent where that can't be known. */
  isStopped?(): boolean;
  /**
   * Ends the worker: closes the link, so that the worker ends by itself, and terminates it when it still lives
   * `graceMs` later. 0 terminates at once. May be called again with a shorter time.
   */
  kill(graceMs: number): void;
}
