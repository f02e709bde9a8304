import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type IPty, spawn } from "@lydell/node-pty";
import type { Terminal as Emulator } from "@xterm/headless";

const require = createRequire(import.meta.url);
const { Terminal } = require("@xterm/headless") as typeof import("@xterm/headless");
const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const DEADLINE_MS = 30_000; // Far above any start of a program on a loaded machine.

export interface TerminalSize {
  readonly columns?: number;
  readonly rows?: number;
  readonly environment?: { readonly TERM?: string };
}

/** How to start a TypeScript program. */
export function commandOf(program: URL, ...programArguments: readonly string[]): string[] {
  return ["--import", TSX, fileURLToPath(program), ...programArguments];
}

/** The environment without what the test runner has put there. */
export function plainEnvironment(): Record<string, string> {
  const names = /^(VITEST|NODE_|NO_COLOR|FORCE_COLOR|CI$)/;
  const kept = Object.entries(process.env).filter(([name]) => !names.test(name));
  return Object.fromEntries(kept) as Record<string, string>;
}

/** A program on a terminal of its own: what stands on the screen, and all that was ever sent there. */
export class TerminalProgram {
  everything = "";
  exit: { readonly exitCode: number; readonly signal?: number | undefined } | undefined;
  readonly #pty: IPty;
  readonly #emulator: Emulator;
  readonly #listeners = new Set<() => void>();

  constructor(command: readonly string[], { columns = 120, rows = 12, environment = {} }: TerminalSize = {}) {
    this.#emulator = new Terminal({ cols: columns, rows, allowProposedApi: true });
    this.#pty = spawn(process.execPath, [...command], {
      cols: columns,
      rows,
      name: environment.TERM ?? "xterm-256color",
      env: { ...plainEnvironment(), ...environment },
    });
    this.#pty.onData((data) => {
      this.everything += data;
      this.#emulator.write(data, () => this.#tell());
    });
    this.#pty.onExit((exit) => {
      // After what was still on its way to the screen.
      this.#emulator.write("", () => {
        this.exit = exit;
        this.#tell();
      });
    });
  }

  /** The lines that stand there, above the screen too; what depends on time is a letter. */
  get lines(): string[] {
    const { active } = this.#emulator.buffer;
    const lines = Array.from({ length: active.length }, (_, row) =>
      active.getLine(row)?.translateToString(true),
    );
    return timeless(lines.join("\n").trimEnd()).split("\n");
  }

  get cursor(): { readonly row: number; readonly column: number } {
    const { active } = this.#emulator.buffer;
    return { row: active.baseY + active.cursorY, column: active.cursorX };
  }

  press(keys: string): void {
    this.#pty.write(keys);
  }

  /** Waits until the lines are so; rejects with what is there instead when it takes too long. */
  until(what: string, isSo: (lines: readonly string[]) => boolean): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const { lines } = this;
        if (!isSo(lines)) return;
        clearTimeout(timer);
        this.#listeners.delete(look);
        resolve(lines);
      };
      const fail = (): void => {
        this.#listeners.delete(look);
        reject(new Error(`Never ${what}:\n${this.lines.join("\n")}`));
      };
      const timer = setTimeout(fail, DEADLINE_MS);
      this.#listeners.add(look);
      look();
    });
  }

  /** Waits until a text stands there. */
  shows(text: string): Promise<readonly string[]> {
    return this.until(`shown: ${text}`, (lines) => lines.some((line) => line.includes(text)));
  }

  async ended(): Promise<readonly string[]> {
    return this.until("ended", () => this.exit !== undefined);
  }

  close(): void {
    if (this.exit === undefined) this.#pty.kill("SIGKILL");
    this.#emulator.dispose();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** A text without what depends on time. */
export function timeless(text: string): string {
  return text.replaceAll(/\d+(\.\d+)?(?= \S+\/s)/g, "R").replaceAll(/(\d+ min )?\d+(\.\d+)? s\b/g, "T s");
}
