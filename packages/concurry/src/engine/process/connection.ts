import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import type { Connection, Frame, LinkInfo, WorkerExit } from "../../protocol/connection.ts";
import { Once } from "../../util/once.ts";
import { KillSwitch } from "../kill-switch.ts";
import { ProcessLanes } from "./lanes.ts";

// From "exit" to the end of the socket; longer only when another process holds its other end open.
// Short, since a death must be seen within 100 ms.
const EXIT_GRACE_MS = 50;
// From the end of the socket to "exit"; longer only when the process lives on. Node takes its time to end.
const LINK_LOST_GRACE_MS = 1000;
// Node's exit code for flags that it doesn't know.
const INVALID_ARGUMENT_CODE = 9;

/** The pool's end of a process: its two lanes, and the process itself to end it. */
export class ProcessConnection implements Connection {
  readonly info: LinkInfo;
  readonly #child: ChildProcess;
  readonly #lanes: ProcessLanes;
  readonly #execArgv: readonly string[];
  readonly #exit = new Once<WorkerExit>();
  readonly #killSwitch: KillSwitch;
  #status: { readonly code: number | null; readonly signal: string | null } | undefined;
  #error: { readonly value: unknown } | undefined;
  #isSocketEnded = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(child: ChildProcess, socket: Socket, execArgv: readonly string[]) {
    this.info = { wire: "bytes", ...(child.pid === undefined ? {} : { pid: child.pid }) };
    this.#child = child;
    this.#execArgv = execArgv;
    this.#lanes = new ProcessLanes(child, socket);
    this.#killSwitch = new KillSwitch(
      () => this.#lanes.end(),
      () => void child.kill("SIGKILL"),
    );
    this.#lanes.onEnd((error) => this.#onSocketEnd(error));
    child.on("error", (error) => this.#onChildError(error));
    child.once("exit", (code, signal) => this.#onChildExit(code, signal));
    child.unref();
  }

  post(frame: Frame): boolean {
    return this.#lanes.post(frame);
  }

  onFrame(listener: (frame: Frame) => void): void {
    this.#lanes.onFrame(listener);
  }

  onDrain(listener: () => void): void {
    this.#lanes.onDrain(listener);
  }

  onExit(listener: (exit: WorkerExit) => void): void {
    this.#exit.listen(listener);
  }

  kill(graceMs: number): void {
    this.#killSwitch.kill(graceMs);
  }

  /** A process that could not be started has no "exit"; other errors of a child need no answer of their own. */
  #onChildError(error: Error): void {
    if (this.#child.pid !== undefined) return;
    this.#error ??= { value: error };
    this.#onChildExit(null, null);
    this.#finish();
  }

  #onChildExit(code: number | null, signal: string | null): void {
    this.#killSwitch.close();
    this.#status = { code, signal };
    if (code === INVALID_ARGUMENT_CODE && !this.#lanes.hasReceived)
      this.#error ??= { value: this.#flagsError() };
    if (this.#isSocketEnded) this.#finish();
    else this.#waitForSocket();
  }

  #flagsError(): Error {
    return new Error(
      `Node did not start with these flags: ${this.#execArgv.join(" ") || "(none)"} (exit code 9). Check execArgv and NODE_OPTIONS.`,
    );
  }

  #onSocketEnd(error: unknown): void {
    this.#isSocketEnded = true;
    if (error !== undefined) this.#error ??= { value: error };
    if (this.#status !== undefined) this.#finish();
    // A process without its link can answer nobody.
    else if (error !== undefined) this.kill(0);
    else this.#timer = setTimeout(() => this.kill(0), LINK_LOST_GRACE_MS).unref();
  }

  /** Waits for what the process wrote before it died; it is in the kernel, so it comes without a pause. */
  #waitForSocket(): void {
    const before = this.#lanes.bytesReceived;
    this.#timer = setTimeout(() => {
      // When this program was busy, the time is over before the first byte was looked at: look now.
      setImmediate(() => {
        if (this.#lanes.bytesReceived > before) this.#waitForSocket();
        else this.#finish();
      });
    }, EXIT_GRACE_MS).unref();
  }

  #finish(): void {
    if (this.#exit.isDone) return;
    clearTimeout(this.#timer);
    this.#lanes.close();
    const status = this.#status ?? { code: null, signal: null };
    this.#exit.happen({ ...status, ...(this.#error === undefined ? {} : { error: this.#error.value }) });
  }
}
