import type { Connection, Engine, Frame, SpawnSpec } from "concurry";
import { createThreadEngine } from "../../src/engine/thread/engine.ts";
import { REPLY_ITEM } from "../../src/protocol/frame.ts";

const HOST = new URL("../../dist/host.cjs", import.meta.url);

/** An engine of threads that writes down how many calls each message on the call lane brings to a worker. */
export interface CountingEngine extends Engine {
  /** Calls in each message, since the last `clear()`. */
  readonly callsPerMessage: number[];
  /** Items of streams in each message that has some, since the last `clear()`. */
  readonly itemsPerMessage: number[];
  readonly specs: SpawnSpec[];
}

export function countingEngine(): CountingEngine {
  const threads = createThreadEngine({ hostEntry: () => ({ kind: "file", url: HOST }) });
  const callsPerMessage: number[] = [];
  const itemsPerMessage: number[] = [];
  const specs: SpawnSpec[] = [];
  return {
    name: "counted",
    wire: "clone",
    callsPerMessage,
    itemsPerMessage,
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
        onFrame: {
          value: (listener: (frame: Frame) => void): void => {
            connection.onFrame((frame) => {
              const items = frame.lane === "call" && isBatch(frame.body) ? itemsIn(frame.body) : 0;
              if (items > 0) itemsPerMessage.push(items);
              listener(frame);
            });
          },
        },
      }) as Connection;
    },
  };
}

/** The methods of the connection have private fields: they must run on it. */
function delegating(connection: Connection): PropertyDescriptorMap {
  const names = ["onDrain", "onExit", "kill"] as const;
  return Object.fromEntries(names.map((name) => [name, { value: connection[name].bind(connection) }]));
}

function itemsIn(replies: ArrayLike<unknown>): number {
  return Array.from(replies).filter((code, index) => index % 3 === 1 && code === REPLY_ITEM).length;
}

function isBatch(body: unknown): body is ArrayLike<unknown> {
  return Array.isArray(body) || body instanceof Float64Array;
}
