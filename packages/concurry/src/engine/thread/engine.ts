import type { Readable, Writable } from "node:stream";
import { Worker, type WorkerOptions } from "node:worker_threads";
import type { Connection } from "../../protocol/connection.ts";
import { compiledCode } from "../../util/loader.ts";
import { show } from "../../util/show.ts";
import type { Engine, SpawnSpec } from "../engine.ts";
import { childExecArgv } from "../exec-argv.ts";
import { failedConnection } from "../failed-connection.ts";
import { type HostEntry, hostEntry } from "../host-file.ts";
import { mergedEnv } from "../merged-env.ts";
import { createOnDemandEngine } from "../on-demand/engine.ts";
import { programArguments } from "../program-arguments.ts";
import { type StandardStream, standardStreams } from "../standard-streams.ts";
import { type RunningThread, ThreadConnection } from "./connection.ts";
import { openLink } from "./link.ts";

/** What an engine of threads can be told; the defaults are those of the package. */
export interface ThreadEngineOptions {
  /** What a new thread runs. Default: the package's host file. */
  readonly hostEntry?: () => HostEntry;
}

/** Makes an engine that runs each worker in a thread of its own. */
export function createThreadEngine(options: ThreadEngineOptions = {}): Engine {
  return {
    name: "thread",
    wire: "clone",
    spawn(spec: SpawnSpec, signal: AbortSignal): Connection {
      signal.throwIfAborted();
      return startThread(spec, (options.hostEntry ?? hostEntry)());
    },
    onDemand: (maxWorkers) => createOnDemandEngine("thread", { ...options, maxWorkers }),
  };
}

/** Runs each worker in a thread of its own. */
export const threadEngine: Engine = createThreadEngine();

function startThread(spec: SpawnSpec, entry: HostEntry): Connection {
  const streams = threadStreams(spec.stdio);
  const options = workerOptions(spec);
  const { start, callPort, controlPort, close } = openLink();
  try {
    const worker = new Worker(entry.kind === "file" ? entry.url : entry.code, {
      ...options,
      eval: entry.kind === "eval",
      workerData: { ...start, compiledCode: compiledCode() },
      transferList: [start.callPort, start.controlPort],
    });
    if (streams[1] === "ignore") discardOutput(worker.stdout, process.stdout);
    if (streams[2] === "ignore") discardOutput(worker.stderr, process.stderr);
    worker.unref();
    return new ThreadConnection(running(worker), callPort, controlPort, start.claims);
  } catch (error) {
    close();
    return failedConnection({ wire: "clone", claims: start.claims }, error);
  }
}

function running(worker: Worker): RunningThread {
  let cause: { readonly error: unknown } | undefined;
  worker.on("error", (error: unknown) => {
    // The first thing that went wrong is the cause; what follows from it is not.
    cause ??= { error };
  });
  return {
    threadId: worker.threadId,
    onExit: (listener) => void worker.once("exit", (code) => listener({ code, signal: null, ...cause })),
    terminate: () => void worker.terminate(),
  };
}

function threadStreams(stdio: unknown): StandardStream[] {
  const streams = standardStreams(stdio);
  const refused = streams.find((stream) => typeof stream !== "string");
  if (refused === undefined) return streams;
  throw new TypeError(`stdio of a thread must be "inherit" or "ignore", got ${show(refused)}`);
}

function workerOptions(spec: SpawnSpec): WorkerOptions {
  const execArgv = childExecArgv("thread", spec.execArgv);
  return {
    name: `${spec.name}-${spec.workerIndex}`,
    argv: programArguments(),
    ...(spec.env === undefined ? {} : { env: mergedEnv(spec.env) }),
    ...(execArgv === undefined ? {} : { execArgv: [...execArgv] }),
    ...(spec.resourceLimits === undefined ? {} : { resourceLimits: spec.resourceLimits }),
  };
}

/** Output that is to be ignored must still be read, or it would fill up in the thread. */
function discardOutput(from: Readable, to: Writable): void {
  // Asking for a stream of our own (`stdout: true`) would ref the thread as soon as it is read.
  from.unpipe(to);
  from.resume();
}
