/** A program with one worker: its engine, the host's URL, and what the program does once the worker has answered. */

import type { Engine } from "../../src/engine/engine.ts";
import { createOnDemandEngine } from "../../src/engine/on-demand/engine.ts";
import { createProcessEngine } from "../../src/engine/process/engine.ts";
import { createThreadEngine } from "../../src/engine/thread/engine.ts";
import { spawnSpec } from "./subject.ts";

const [kind, host, mode] = process.argv.slice(2) as [string, string, string];
const options = { hostEntry: () => ({ kind: "file", url: new URL(host) }) as const, maxWorkers: () => 1 };
const engines: Record<string, () => Engine> = {
  thread: () => createThreadEngine(options),
  process: () => createProcessEngine(options),
  "on-demand thread": () => createOnDemandEngine("thread", options),
  "on-demand process": () => createOnDemandEngine("process", options),
};
void run((engines[kind] as () => Engine)());

async function run(engine: Engine): Promise<void> {
  const connection = await engine.spawn(spawnSpec(), new AbortController().signal);
  // The connection keeps nothing alive, so something else must until the worker has answered.
  const untilAnswer = setInterval(() => {}, 1000);
  connection.onFrame((frame) => {
    process.stdout.write(`${JSON.stringify({ pid: connection.info.pid, said: frame.body })}\n`);
    if (mode === "wait") return;
    clearInterval(untilAnswer);
    if (mode === "end") connection.kill(60_000);
    if (mode === "exit") process.exit(7);
  });
  connection.post({ lane: "call", body: [mode === "wait" ? "holdOn" : "echo", "up"], form: "value" });
}
