import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import type { Connection } from "../../protocol/connection.ts";
import type { Engine, SpawnSpec } from "../engine.ts";
import { childExecArgv } from "../exec-argv.ts";
import { failedConnection } from "../failed-connection.ts";
import { type HostEntry, hostEntry } from "../host-file.ts";
import { createOnDemandEngine } from "../on-demand/engine.ts";
import { programArguments } from "../program-arguments.ts";
import { standardStreams } from "../standard-streams.ts";
import { codeFile } from "./code-file.ts";
import { ProcessConnection } from "./connection.ts";
import { resourceFlags } from "./resource-flags.ts";

/** What an engine of processes can be told; the defaults are those of the package. */
export interface ProcessEngineOptions {
  /** What a new process runs. Default: the package's host file. */
  readonly hostEntry?: () => HostEntry;
}

/** Makes an engine that runs each worker in a process of its own. */
export function createProcessEngine(options: ProcessEngineOptions = {}): Engine {
  return {
    name: "process",
    wire: "bytes",
    spawn(spec: SpawnSpec, signal: AbortSignal): Connection {
      signal.throwIfAborted();
      return startProcess(spec, (options.hostEntry ?? hostEntry)());
    },
    onDemand: (maxWorkers) => createOnDemandEngine("process", { ...options, maxWorkers }),
  };
}

/** Runs each worker in a process of its own. */
export const processEngine: Engine = createProcessEngine();

function startProcess(spec: SpawnSpec, entry: HostEntry): Connection {
  const streams = standardStreams(spec.stdio);
  const flags = childExecArgv("process", spec.execArgv) ?? [];
  const execArgv = [...flags, ...resourceFlags(spec.resourceLimits)];
  // Loaded on first use: programs without processes, and each of their threads, need not pay its 2 to 6 ms.
  const { spawn } = process.getBuiltinModule("node:child_process");
  try {
    const child = spawn(process.execPath, [...execArgv, ...programOf(entry), ...programArguments()], {
      // Becomes the title of the process.
      argv0: `${spec.name}-${spec.workerIndex}`,
      env: { ...process.env, ...spec.env },
      stdio: [...streams, "pipe", "pipe", "ipc", codeFile() ?? "ignore"],
      serialization: "json",
      windowsHide: true,
    });
    return connect(child, execArgv);
  } catch (error) {
    return failedConnection({ wire: "bytes" }, error);
  }
}

/** With `-e`, what follows would be read as flags of Node, and the place of the file in `process.argv` be empty. */
function programOf(entry: HostEntry): string[] {
  return entry.kind === "file" ? [fileURLToPath(entry.url)] : ["-e", entry.code, "--", "[worker eval]"];
}

function connect(child: ChildProcess, execArgv: readonly string[]): Connection {
  const [, , , requests, replies] = (child.stdio ?? []) as (Socket | null | undefined)[];
  // Without a free file descriptor there is no socket; the "error" event says so.
  if (!requests || !replies) {
    child.on("error", () => {});
    return failedConnection(
      { wire: "bytes" },
      new Error("The process could not be started: no socket to it"),
    );
  }
  return new ProcessConnection(child, requests, replies, execArgv);
}
