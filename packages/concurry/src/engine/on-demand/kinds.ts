import type { Options } from "tinypool";
import type { Connection, Wire } from "../../protocol/connection.ts";
import type { TaskStart } from "../../protocol/task-start.ts";
import type { SpawnSpec } from "../engine.ts";
import { childExecArgv } from "../exec-argv.ts";
import { mergedEnv } from "../merged-env.ts";
import { resourceFlags } from "../process/resource-flags.ts";
import { programArguments } from "../program-arguments.ts";
import { ThreadConnection } from "../thread/connection.ts";
import { openLink } from "../thread/link.ts";
import { TaskProcessConnection } from "./process-connection.ts";
import type { TaskWorkers } from "./task-workers.ts";
import { ProcessTicket, ThreadTicket, type Ticket } from "./ticket.ts";

/** What differs between threads and processes. */
export interface Kind<T extends Ticket> {
  readonly name: string;
  readonly wire: Wire;
  settings(spec: SpawnSpec): Options;
  /** Starts one. @throws {Error} What Node refuses it with. */
  connect(workers: TaskWorkers<T>, start: TaskStart, spec: SpawnSpec): Connection;
}

export const threadKind: Kind<ThreadTicket> = {
  name: "thread",
  wire: "clone",
  settings(spec) {
    const execArgv = childExecArgv("thread", spec.execArgv);
    return {
      runtime: "worker_threads",
      argv: programArguments(),
      ...(spec.env === undefined ? {} : { env: mergedEnv(spec.env) }),
      ...(execArgv === undefined ? {} : { execArgv }),
      ...(spec.resourceLimits === undefined ? {} : { resourceLimits: spec.resourceLimits }),
    };
  },
  connect(workers, taskStart) {
    const { start, callPort, controlPort, close } = openLink();
    try {
      const worker = workers.start(new ThreadTicket(taskStart));
      worker.onTicket(({ port }) => port.postMessage(start, [start.callPort, start.controlPort]));
      const thread = {
        threadId: worker.id as number,
        onExit: worker.onExit.bind(worker),
        terminate: () => worker.terminate(),
      };
      return new ThreadConnection(thread, callPort, controlPort, start.claims);
    } catch (error) {
      close();
      throw error;
    }
  },
};

export const processKind: Kind<ProcessTicket> = {
  name: "process",
  wire: "bytes",
  settings(spec) {
    return {
      runtime: "child_process",
      argv: programArguments(),
      execArgv: processFlags(spec),
      // Tinypool starts from none.
      env: mergedEnv(spec.env),
      serialization: "advanced",
    };
  },
  connect(workers, taskStart, spec) {
    return new TaskProcessConnection(workers.start(new ProcessTicket(taskStart)), processFlags(spec));
  },
};

function processFlags(spec: SpawnSpec): string[] {
  return [...(childExecArgv("process", spec.execArgv) ?? []), ...resourceFlags(spec.resourceLimits)];
}
