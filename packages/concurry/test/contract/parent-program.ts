/** A program with one worker: `thread|process`, the host's URL, and `idle` or `wait`. */
import { createProcessEngine } from "../../src/engine/process/engine.ts";
import { createThreadEngine } from "../../src/engine/thread/engine.ts";
import type { Connection } from "../../src/protocol/connection.ts";
import { spawnSpec } from "./subject.ts";

const [kind, host, mode] = process.argv.slice(2) as [string, string, string];
const createEngine = kind === "thread" ? createThreadEngine : createProcessEngine;
const engine = createEngine({ hostEntry: () => ({ kind: "file", url: new URL(host) }) });
const connection = engine.spawn(spawnSpec(), new AbortController().signal) as Connection;

// The connection keeps nothing alive, so something else must until the worker has answered.
const untilAnswer = setInterval(() => {}, 1000);
connection.onFrame((frame) => {
  process.stdout.write(`${JSON.stringify({ pid: connection.info.pid, said: frame.body })}\n`);
  if (mode === "idle") clearInterval(untilAnswer);
});
connection.post({ lane: "call", body: [mode === "wait" ? "holdOn" : "echo", "up"], form: "value" });
