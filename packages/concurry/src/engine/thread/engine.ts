import type { Readable, Writable } from "node:stream";
import { MessageChannel, Worker, type WorkerOptions } from "node:worker_threads";
import type { Connection } from "../../protocol/connection.ts";
import { CLAIM_SLOTS } from "../../protocol/frame.ts";
import type { ThreadStart } from "../../protocol/thread-start.ts";
import { show } from "../../util/show.ts";
import type { Engine, SpawnSpec } from "../engine.ts";
import { childExecArgv } from "../exec-argv.ts";
import { failedConnection } from "../failed-connection.ts";
import { type HostEntry, hostEntry } from "../host-file.ts";
import { programArguments } from "../program-arguments.ts";
import { type StandardStream, standardStreams } from "../standard-streams.ts";
import { ThreadConnection } from "./connection.ts";

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
  };
}

/** Runs each worker in a thread of its own. */
export const threadEngine: Engine = createThreadEngine();

function startThread(spec: SpawnSpec, entry: HostEntry): Connection {
  const streams = threadStreams(spec.stdio);
  const options = workerOptions(spec);
  const call = new MessageChannel();
  const control = new MessageChannel();
  const claims = new Int32Array(new SharedArrayBuffer(CLAIM_SLOTS * Int32Array.BYTES_PER_ELEMENT));
  const start: ThreadStart = { callPort: call.port2, controlPort: control.port2, claims };
  try {
    const worker = new Worker(entry.kind === "file" ? entry.url : entry.code, {
      ...options,
      eval: entry.kind === "eval",
      workerData: start,
      transferList: [call.port2, control.port2],
    });
    if (streams[1] === "ignore") discardOutput(worker.stdout, process.stdout);
    if (streams[2] === "ignore") discardOutput(worker.stderr, process.stderr);
    return new ThreadConnection(worker, call.port1, control.port1, claims);
  } catch (error) {
    call.port1.close();
    control.port1.close();
    return failedConnection({ wire: "clone", claims }, error);
  }
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
    ...(spec.env === undefined ? {} : { env: definedOnly({ ...process.env, ...spec.env }) }),
    ...(execArgv === undefined ? {} : { execArgv: [...execArgv] }),
    ...(spec.resourceLimits === undefined ? {} : { resourceLimits: spec.resourceLimits }),
  };
}

/** A thread would see the word "undefined" where a process sees nothing. */
function definedOnly(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
}

/** Output that is to be ignored must still be read, or it would fill up in the thread. */
function discardOutput(from: Readable, to: Writable): void {
  // Asking for a stream of our own (`stdout: true`) would ref the thread as soon as it is read.
  from.unpipe(to);
  from.resume();
}
