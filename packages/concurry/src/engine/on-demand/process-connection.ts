import type { Connection, Frame, Lane, LinkInfo, WorkerExit } from "../../protocol/connection.ts";
import { type ByteSink, writeFrame } from "../../protocol/frame-bytes.ts";
import { FrameReader } from "../../protocol/frame-reader.ts";
import { Inbox } from "../../protocol/inbox.ts";
import { jsonText } from "../../protocol/json-text.ts";
import { CLOSE_REQUEST } from "../../protocol/task-start.ts";
import { END_REQUEST } from "../../protocol/thread-start.ts";
import { Once } from "../../util/once.ts";
import { Descendants } from "../descendants.ts";
import { KillSwitch } from "../kill-switch.ts";
import { type Dependent, endWithProgram, hasEnded } from "../process/exit-guard.ts";
import { isStopped } from "../process/process-state.ts";
import { INVALID_ARGUMENT_CODE, refusedFlags } from "../process/refused-flags.ts";
import type { TaskWorker } from "./task-worker.ts";
import type { ProcessTicket } from "./ticket.ts";

// From the exit to the end of what the process has sent; longer only when another one holds its channel open.
const EXIT_GRACE_MS = 50;

/** The pool's end of a process that tinypool has started: both lanes on its IPC channel. */
export class TaskProcessConnection implements Connection {
  readonly info: LinkInfo;
  readonly #worker: TaskWorker<ProcessTicket>;
  readonly #execArgv: readonly string[];
  readonly #inbox = new Inbox();
  readonly #exit = new Once<WorkerExit>();
  readonly #killSwitch: KillSwitch;
  readonly #dependent: Dependent | undefined;
  // When the program ends, the process itself is let go, and lets them go.
  readonly #descendants = new Descendants(() => {});
  readonly #sink: ByteSink = { write: (chunk) => this.#send(chunk), cork: () => {}, uncork: () => {} };
  readonly #reader: FrameReader = new FrameReader((body) => this.#deliver("call", body));
  #ticket: ProcessTicket | undefined;
  /** What is to be sent when the process has its task. */
  #early: unknown[] = [];
  #isDisconnected = false;
  #lastExit: WorkerExit | undefined;
  #received = 0;
  #timer: NodeJS.Timeout | undefined;
  #error: { readonly error: unknown } | undefined;

  constructor(worker: TaskWorker<ProcessTicket>, execArgv: readonly string[]) {
    const pid = worker.id;
    this.#execArgv = execArgv;
    this.info = { wire: "bytes", ...(pid === undefined ? {} : { pid }) };
    this.#worker = worker;
    this.#killSwitch = new KillSwitch(
      () => this.#send(END_REQUEST),
      () => worker.terminate(),
    );
    worker.onTicket((ticket) => this.#open(ticket));
    worker.onExit((exit) => this.#onWorkerExit(exit));
    worker.tinypoolWorker.once("disconnect", () => {
      this.#isDisconnected = true;
      if (this.#lastExit !== undefined) this.#finish(this.#lastExit);
    });
    if (pid === undefined) return;
    this.#dependent = { pid, letGo: () => this.#letGo(), kill: () => worker.terminate() };
    endWithProgram(this.#dependent);
  }

  post(frame: Frame): boolean {
    if (frame.lane === "call") return writeFrame(this.#sink, frame.body, frame.form, frame.transfer);
    if (frame.transfer !== undefined && frame.transfer.length > 0) {
      throw new DOMException("Nothing can be transferred to a process", "DataCloneError");
    }
    return this.#send(jsonText(frame.body));
  }

  onFrame(listener: (frame: Frame) => void): void {
    this.#inbox.listen(listener);
  }

  /** Tinypool doesn't say when the channel is full; what is posted to one call's worker is bounded by the call. */
  onDrain(): void {}

  onExit(listener: (exit: WorkerExit) => void): void {
    this.#exit.listen(listener);
  }

  isStopped(): boolean {
    return isStopped(this.info.pid);
  }

  kill(graceMs: number): void {
    this.#killSwitch.kill(graceMs);
  }

  #open(ticket: ProcessTicket): void {
    this.#ticket = ticket;
    ticket.receive = (message) => this.#receive(message);
    const early = this.#early;
    this.#early = [];
    for (const message of early) this.#send(message);
  }

  #send(message: unknown): boolean {
    if (this.#lastExit !== undefined || this.#isDisconnected) return true;
    if (this.#ticket === undefined) this.#early.push(message);
    else this.#ticket.send?.(message);
    return true;
  }

  #receive(message: unknown): void {
    this.#received += 1;
    try {
      if (message instanceof Uint8Array) {
        this.#reader.read(Buffer.from(message.buffer, message.byteOffset, message.byteLength));
      } else if (typeof message === "string") {
        this.#deliver("control", JSON.parse(message));
      }
    } catch (error) {
      // Nothing that follows can be read.
      this.#error ??= { error };
      this.kill(0);
    }
  }

  #deliver(lane: Lane, body: unknown): void {
    if (lane === "control" && this.#descendants.receive(body)) return;
    if (!this.#exit.isDone) this.#inbox.deliver({ lane, body, form: "value" });
  }

  /** The program ends. A process that has no task yet has nothing to finish. */
  #letGo(): void {
    if (this.#ticket === undefined) this.#worker.terminate();
    else this.#send(CLOSE_REQUEST);
  }

  #onWorkerExit(exit: WorkerExit): void {
    this.#killSwitch.close();
    if (this.#dependent !== undefined) hasEnded(this.#dependent);
    this.#lastExit = exit;
    if (exit.code === INVALID_ARGUMENT_CODE && this.#ticket === undefined)
      this.#error ??= { error: refusedFlags(this.#execArgv) };
    if (this.#isDisconnected || this.info.pid === undefined) this.#finish(exit);
    else this.#waitForRest(exit);
  }

  /** Waits for what the process sent before it ended. */
  #waitForRest(exit: WorkerExit): void {
    const before = this.#received;
    this.#timer = setTimeout(() => {
      // When this program was busy, the time is over before the first message was looked at: look now.
      setImmediate(() => {
        if (this.#received > before) this.#waitForRest(exit);
        else this.#finish(exit);
      });
    }, EXIT_GRACE_MS).unref();
  }

  #finish(exit: WorkerExit): void {
    clearTimeout(this.#timer);
    this.#descendants.takeOver();
    this.#exit.happen({ ...exit, ...this.#error });
  }
}
