import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { leftovers } from "./leftovers.ts";

// A program that is still there has hung.
const DEADLINE_MS = 30_000;
// Workers end by themselves soon after their parent.
const LEFTOVERS_MS = 3_000;
const LOOK_AGAIN_MS = 50;

/** What one host told about how it found its class. */
export type HostLine = Readonly<Record<string, string>>;

/** How a program ran. */
export interface ProgramRun {
  readonly output: string;
  /** Without the lines of hosts. */
  readonly errors: string;
  readonly code: number | null;
  readonly hosts: readonly HostLine[];
  /** Command lines of processes that outlived the program. */
  readonly leftBehind: readonly string[];
}

/** How to run a program. */
export interface ProgramOptions {
  /** Text for its stdin. */
  readonly input?: string;
  /** Leaves its stdin open behind the text, as a terminal does. */
  readonly isInputOpen?: boolean;
  /** More variables of its environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether hosts tell how they found their class; default true. */
  readonly isDebugged?: boolean;
}

/** Runs this Node with `given` as a user would, in a clean environment. */
export async function runProgram(
  folder: string,
  given: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramRun> {
  const mark = randomUUID();
  const child = spawn(process.execPath, given, {
    cwd: folder,
    env: { ...cleanEnvironment(mark, options.isDebugged ?? true), ...options.environment },
    stdio: "pipe",
    timeout: DEADLINE_MS,
    killSignal: "SIGKILL",
  });
  if (options.isInputOpen) child.stdin.write(options.input ?? "");
  else child.stdin.end(options.input ?? "");
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code));
  });
  const [output, allErrors, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  const lines = allErrors.split("\n");
  return {
    output: output.trim(),
    errors: lines
      .filter((line) => !line.startsWith("concurry:load "))
      .join("\n")
      .trim(),
    code,
    hosts: lines.filter((line) => line.startsWith("concurry:load ")).map(parseHostLine),
    leftBehind: await waitForNone(mark),
  };
}

// Variables of the runner of these tests would choose the loader of the programs.
function cleanEnvironment(mark: string, isDebugged: boolean): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|NODE_|TEST$|DEV$|PROD$|MODE$|SSR$)/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    CONCURRY_TEST_MARK: mark,
    ...(isDebugged ? { CONCURRY_DEBUG: "load" } : {}),
  };
}

function parseHostLine(line: string): HostLine {
  return Object.fromEntries(
    line
      .split(" ")
      .slice(1)
      .map((fact) => fact.split("=", 2) as [string, string]),
  );
}

async function waitForNone(mark: string): Promise<readonly string[]> {
  for (const start = Date.now(); ; await delay(LOOK_AGAIN_MS)) {
    const left = await leftovers(mark);
    if (left.length === 0 || Date.now() - start > LEFTOVERS_MS) return left;
  }
}
