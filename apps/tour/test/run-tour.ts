import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));

/** How a run of the built program ended. */
export interface TourResult {
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
  /** Files and folders that it left in the folder for temporary ones. */
  readonly leftFiles: readonly string[];
  /** True when a process that it started still lives. */
  readonly hasLeftProcesses: boolean;
}

/**
 * Runs the built program, its output going to pipes.
 *
 * @param onOutput Called with all output so far, and what sends a signal to the program and all that it started, as a terminal does.
 */
export async function runTour(
  argv: readonly string[],
  onOutput?: (output: string, interrupt: () => void) => void,
): Promise<TourResult> {
  const temporaryFolder = await mkdtemp(join(tmpdir(), "tour-test-"));
  // Detached: a process group of its own, of which the test can ask whether somebody is left.
  const child = spawn(process.execPath, [MAIN, ...argv], {
    detached: true,
    env: { ...shellEnvironment(), TMPDIR: temporaryFolder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    onOutput?.(output, () => signalGroup(child, "SIGINT"));
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const [exitCode] = (await once(child, "close")) as [number | null];
  const leftFiles = await readdir(temporaryFolder);
  await rm(temporaryFolder, { recursive: true });
  return { exitCode, output, errors, leftFiles, hasLeftProcesses: signalGroup(child, 0) };
}

/** What a user's shell would hand on: nothing that tells of a test runner or of colours. */
function shellEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^VITEST|^(FORCE|NO)_COLOR$|^NODE_ENV$/.test(name)),
  );
}

/** Sends a signal to a process and all that it started; false when none of them lives. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (child.pid === undefined) return false;
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}
