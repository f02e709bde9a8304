import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { until } from "./support.ts";

const PROGRAM = fileURLToPath(new URL("./programs/signals.mjs", import.meta.url));

/** One run of the program, in a process group of its own: its workers are in it, and nobody else. */
export class SignalProgram {
  readonly child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #printed = "";
  #complained = "";

  /** @param file Where its workers take notes. */
  constructor(name: string, mode: string, file: string) {
    this.child = spawn(process.execPath, [PROGRAM, name, mode, file], {
      stdio: ["ignore", "pipe", "pipe"],
      env: withoutRunner(),
      detached: true,
    });
    this.#closed = once(this.child, "close");
    this.child.stdout?.on("data", (text: Buffer) => {
      this.#printed += text;
    });
    this.child.stderr?.on("data", (text: Buffer) => {
      this.#complained += text;
    });
  }

  get lines(): string[] {
    return this.#printed.split("\n").slice(0, -1);
  }

  prints(line: string): Promise<void> {
    return until(() => this.lines.includes(line));
  }

  /** Sends a signal as a terminal does: to the program and all of its workers. */
  killGroup(signal: NodeJS.Signals): void {
    process.kill(-(this.child.pid as number), signal);
  }

  /** Ends it if it hasn't ended. */
  endGroup(): void {
    if (this.child.exitCode === null && this.child.signalCode === null) this.killGroup("SIGKILL");
  }

  /** How it ended, and what it printed besides "ready". Its pipes close when the last of its processes is gone. */
  async end() {
    await this.#closed;
    const lines = this.lines.filter((line) => line !== "ready");
    return { signal: this.child.signalCode, code: this.child.exitCode, lines, complaints: this.#complained };
  }
}

/** The runner of these tests would choose how the program's modules are loaded. */
function withoutRunner(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_OPTIONS)/.test(name)),
  );
}
