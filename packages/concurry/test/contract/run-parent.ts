import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { buildProgram } from "./build-program.ts";

/** A program with one worker, run by a test. */
export interface ParentRun {
  readonly parent: ChildProcess;
  /** Process id of its worker, where that is a process. */
  readonly workerPid: number | undefined;
  /** Resolves when the program and all that it started have let go of its output. */
  readonly gone: Promise<unknown>;
}

/** Runs one, until the end of the test at the latest. */
export async function runParent(
  kind: "thread" | "process" | "on-demand thread" | "on-demand process",
  mode: "idle" | "wait" | "end" | "exit",
): Promise<ParentRun> {
  const tag = `${kind}-${mode}`.replace(" ", "-");
  const host = await buildProgram(new URL("./echo-host.ts", import.meta.url), tag);
  const program = await buildProgram(new URL("./parent-program.ts", import.meta.url), tag);
  const parent = spawn(process.execPath, [fileURLToPath(program.url), kind, host.url.href, mode], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = once(parent, "close");
  onTestFinished(async () => {
    parent.kill("SIGKILL");
    await gone;
    await host.remove();
    await program.remove();
  });
  const [line] = (await once(parent.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  const { pid } = JSON.parse(line.toString()) as { pid?: number };
  return { parent, workerPid: pid, gone };
}
