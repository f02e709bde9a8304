import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { HostCommand, HostReply, HostResults } from "./messages.ts";

const HOST_PATH = fileURLToPath(new URL("./host.js", import.meta.url));

/** No round takes this long, however slow the machine: a library that needs more hangs. */
const COMMAND_LIMIT_MS = 60_000;

/** jest-worker waits half a second and more for processes that don't end by themselves. */
const STOP_LIMIT_MS = 10_000;

const STDERR_KEPT = 600;

// Node reads these certificates whenever it starts, which takes longer than all the rest; a library that gives its
// processes no environment at all would look faster for it.
function environment(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _unused, ...environment } = process.env;
  return environment;
}

const openHandles = new Set<HostHandle>();

/** Ends all hosts with their workers at once. */
export function killAllHosts(): void {
  for (const handle of openHandles) handle.kill();
}

/** Our end of a host: a process that holds one library and its workers. */
export class HostHandle {
  readonly #child: ChildProcess;
  readonly #exit: Promise<void>;
  #stderr = "";
  #settle: ((reply: HostReply) => void) | undefined;
  /** Why it ended, once it has. */
  #ended: string | undefined;

  /** @param execPath The Node binary to run it with. */
  constructor(execPath: string) {
    // Detached: a process group of its own, so that its workers end with it whatever they do.
    this.#child = fork(HOST_PATH, {
      execPath,
      execArgv: [],
      env: environment(),
      detached: process.platform !== "win32",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    openHandles.add(this);
    this.#child.on("message", (reply: HostReply) => this.#settle?.(reply));
    this.#child.stderr?.on("data", (text: Buffer) => {
      this.#stderr = (this.#stderr + text.toString()).slice(-STDERR_KEPT);
    });
    this.#exit = new Promise((resolve) => {
      this.#child.once("error", (error) => this.#fail(error.message, resolve));
      this.#child.once("exit", (code, signal) => {
        this.#fail(`the host ended (${signal ?? code}) ${this.#stderr}`.trim(), resolve);
      });
    });
  }

  /** Sends a command and waits for its answer; past `limitMs` the host is killed and it rejects. */
  async ask<Type extends HostCommand["type"]>(
    command: HostCommand & { type: Type },
    limitMs: number = COMMAND_LIMIT_MS,
  ): Promise<HostResults[Type]> {
    if (this.#ended !== undefined) throw new Error(this.#ended);
    const reply = await new Promise<HostReply>((resolve) => {
      const timer = setTimeout(() => {
        this.#settle?.({ type: "failed", reason: `no answer to "${command.type}" within ${limitMs} ms` });
        this.kill();
      }, limitMs);
      this.#settle = (answer) => {
        clearTimeout(timer);
        this.#settle = undefined;
        resolve(answer);
      };
      this.#child.send(command, (error) => {
        if (error !== null)
          this.#settle?.({ type: "failed", reason: `${error.message} ${this.#stderr}`.trim() });
      });
    });
    if (reply.type === "failed") throw new Error(reply.reason);
    return reply.value as HostResults[Type];
  }

  /** Ends the library's workers, then the host; by force when it doesn't within its time. */
  async stop(): Promise<void> {
    await this.ask({ type: "stop" }, STOP_LIMIT_MS).catch(() => undefined);
    this.kill();
    await this.#exit;
  }

  /** Ends the host and what it started, at once. */
  kill(): void {
    openHandles.delete(this);
    const pid = this.#child.pid;
    if (pid === undefined) return;
    try {
      if (process.platform === "win32") this.#child.kill("SIGKILL");
      else process.kill(-pid, "SIGKILL");
    } catch {
      // Nothing of the group is left.
    }
  }

  #fail(reason: string, exited: () => void): void {
    this.#ended = reason;
    openHandles.delete(this);
    this.#settle?.({ type: "failed", reason });
    exited();
  }
}
