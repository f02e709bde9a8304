import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import type { Connection, Frame, LinkInfo, WorkerExit } from "../../protocol/connection.ts";
import { Once } from "../../util/once.ts";
import { Descendants } from "../descendants.ts";
import { KillSwitch } from "../kill-switch.ts";
import { type Dependent, endWithProgram, hasEnded } from "./exit-guard.ts";
import { ProcessLanes } from "./lanes.ts";
import { isStopped } from "./process-state.ts";
import { INVALID_ARGUMENT_CODE, refusedFlags } from "./refused-flags.ts";

// From "exit" to the end of the replies; longer only when another process holds its other end open.
// Short, since a death must be seen within 100 ms.
const EXIT_GRACE_MS = 50;
// From the end of the link to "exit"; longer only when the process lives on. Node takes its time to end.
const LINK_LOST_GRACE_MS = 1000;

/** The pool's end of a process: its two lanes, and the process itself to end it. */
export class ProcessConnection implements Connection {
  readonly info: LinkInfo;
  readonly #child: ChildProcess;
  readonly #lanes: ProcessLanes;
  readonly #execArgv: readonly string[];
  readonly #exit = new Once<WorkerExit>();
  readonly #killSwitch: KillSwitch;
  readonly #dependent: Dependent | undefined;
  // When the program ends, the process itself is let go, and lets them go.
  readonly #descendants = new Descendants(() => {});
  #status: { readonly code: number | null; readonly signal: string | null } | undefined;
  #error: { readonly value: unknown } | undefined;
  #haveRepliesEnded = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(child: ChildProcess, requests: Socket, replies: Socket, execArgv: readonly string[]) {
    this.info = { wire: "bytes", ...(child.pid === undefined ? {} : { pid: child.pid }) };
    this.#child = child;
    this.#execArgv = execArgv;
    this.#lanes = new ProcessLanes(child, requests, replies);
    this.#killSwitch = new KillSwitch(
      () => this.#lanes.end(),
      () => void child.kill("SIGKILL"),
    );
    this.#lanes.onEnd((error) => this.#onRepliesEnd(error));
    this.#lanes.onDeaf(() => this.#expectExit());
    child.on("error", (error) => this.#onChildError(error));
    child.once("exit", (code, signal) => this.#onChildExit(code, signal));
    child.unref();
    if (child.pid !== undefined) {
      const kill = (): void => void child.kill("SIGKILL");
      this.#dependent = { pid: child.pid, letGo: () => this.#lanes.close(), kill };
      endWithProgram(this.#dependent);
    }
  }

  post(frame: Frame): boolean {
    return this.#lanes.post(frame);
  }

  onFrame(listener: (frame: Frame) => void): void {
    this.#lanes.onFrame((frame) => {
      if (frame.lane !== "control" || !this.#descendants.receive(frame.body)) listener(frame);
    });
  }

  onDrain(listener: () => void): void {
    this.#lanes.onDrain(listener);
  }

  onExit(listener: (exit: WorkerExit) => void): void {
    this.#exit.listen(listener);
  }

  isStopped(): boolean {
    return isStopped(this.info.pid);
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
    if (this.#dependent !== undefined) hasEnded(this.#dependent);
    this.#status = { code, signal };
    if (code === INVALID_ARGUMENT_CODE && !this.#lanes.hasReceived)
      this.#error ??= { value: refusedFlags(this.#execArgv) };
    clearTimeout(this.#timer);
    if (this.#haveRepliesEnded) this.#finish();
    else this.#waitForReplies();
  }

  #onRepliesEnd(error: unknown): void {
    this.#haveRepliesEnded = true;
    if (error !== undefined) this.#error ??= { value: error };
    if (this.#status !== undefined) this.#finish();
    else if (error !== undefined) this.kill(0);
    else this.#expectExit();
  }

  /** A process without its link can answer nobody: it ends now, or is ended. */
  #expectExit(): void {
    if (this.#status !== undefined) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.kill(0), LINK_LOST_GRACE_MS).unref();
  }

  /** Waits for what the process wrote before it died; it is in the kernel, so it comes without a pause. */
  #waitForReplies(): void {
    const before = this.#lanes.bytesReceived;
    this.#timer = setTimeout(() => {
      // When this program was busy, the time is over before the first byte was looked at: look now.
      setImmediate(() => {
        if (this.#lanes.bytesReceived > before) this.#waitForReplies();
        else this.#finish();
      });
    }, EXIT_GRACE_MS).unref();
  }

  #finish(): void {
    if (this.#exit.isDone) return;
    clearTimeout(this.#timer);
    this.#lanes.close();
    this.#descendants.takeOver();
    const status = this.#status ?? { code: null, signal: null };
    this.#exit.happen({ ...status, ...(this.#error === undefined ? {} : { error: this.#error.value }) });
  }
}
