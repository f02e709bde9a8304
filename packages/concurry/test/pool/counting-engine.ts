import type { Connection, Engine, Frame, SpawnSpec } from "concurry";
import { createThreadEngine } from "../../src/engine/thread/engine.ts";

const HOST = new URL("../../dist/host.cjs", import.meta.url);

/** An engine of threads that writes down how many calls each message on the call lane brings to a worker. */
export interface CountingEngine extends Engine {
  /** Calls in each message, since the last `clear()`. */
  readonly callsPerMessage: number[];
  readonly specs: SpawnSpec[];
}

export function countingEngine(): CountingEngine {
  const threads = createThreadEngine({ hostEntry: () => ({ kind: "file", url: HOST }) });
  const callsPerMessage: number[] = [];
  const specs: SpawnSpec[] = [];
  return {
    name: "counted",
    wire: "clone",
    callsPerMessage,
    specs,
    spawn(spec, signal) {
      specs.push(spec);
      const connection = threads.spawn(spec, signal) as Connection;
      return Object.create(connection, {
        ...delegating(connection),
        post: {
          value: (frame: Frame): boolean => {
            if (frame.lane === "call" && isBatch(frame.body)) callsPerMessage.push(frame.body.length / 3);
            return connection.post(frame);
          },
        },
      }) as Connection;
    },
  };
}

/** The methods of the connection have private fields: they must run on it. */
function delegating(connection: Connection): PropertyDescriptorMap {
  const names = ["onFrame", "onDrain", "onExit", "kill"] as const;
  return Object.fromEntries(names.map((name) => [name, { value: connection[name].bind(connection) }]));
}

function isBatch(body: unknown): body is ArrayLike<unknown> {
  return Array.isArray(body) || body instanceof Float64Array;
}
