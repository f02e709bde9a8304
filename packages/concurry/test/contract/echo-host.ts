/** A host that does as it is told by raw frames; what an engine's contract is tested with. */
import { spawn } from "node:child_process";
import { closeSync, writeSync } from "node:fs";
import { isMainThread, resourceLimits, workerData } from "node:worker_threads";
import { ControlLane } from "../../src/control/control-lane.ts";
import { watchParent } from "../../src/host/parent-watch.ts";
import { processLink } from "../../src/host/process-link.ts";
import { isTask, serveTask } from "../../src/host/task.ts";
import { threadLink } from "../../src/host/thread-link.ts";
import type { Frame, HostLink } from "../../src/protocol/connection.ts";
import type { TaskStart } from "../../src/protocol/task-start.ts";
import type { EchoControls, TestControls } from "./echo-controls.ts";

let link: HostLink;
let control: ControlLane<TestControls>;
const controls: EchoControls = {
  async join(left, right) {
    return `${left}${right}`;
  },
  async fail(message) {
    throw new RangeError(message);
  },
  async never() {
    return new Promise(() => {});
  },
  async askBack(question) {
    return `the pool says ${await control.call("answer", question)}`;
  },
};
const reply = (body: unknown): boolean => link.post({ lane: "call", body, form: "value" });
const replyText = (body: unknown): boolean =>
  link.post({ lane: "call", body: JSON.stringify(body), form: "text" });

let stopsAfter: Promise<void> = Promise.resolve();
const turns: unknown[][] = [];

const commands: Record<string, (...values: never[]) => unknown> = {
  echo: (value: unknown) => reply(value),
  echoText: (value: unknown) => (isMainThread ? replyText(value) : reply(value)),
  facts: () => reply(facts()),
  count: (total: number) => sendCounted(total, ""),
  countAndExit: (total: number, code: number) => {
    sendCounted(total, "");
    process.exit(code);
  },
  countFlushAndExit: async (total: number, bytes: number, code: number) => {
    sendCounted(total, "x".repeat(bytes));
    await link.flushed();
    process.exit(code);
  },
  poison: () => reply(poisonName()),
  throwLater: (message: string) => setImmediate(() => fail(message)),
  fillHeap: () => fillHeap(),
  holdOn: () => {
    stopsAfter = new Promise(() => {});
    setInterval(() => {}, 1000);
    reply("holding on");
  },
  /** Says a last word when it ends, and ends with a code of its own. */
  sayGoodbye: (code: number) => {
    process.exitCode = code;
    process.on("exit", (given) => reply(["goodbye", given]));
    process.on("SIGTERM", () => reply("is told to end what has ended"));
    reply("will do");
  },
  block: () => {
    reply("blocking");
    for (;;);
  },
  /** Sends more than a socket takes at once, and tells when all of it has left. */
  flood: (bytes: number) => {
    link.onDrain(() => reply(["flushed", link.isFlushed?.()]));
    reply("x".repeat(bytes));
    if (link.isFlushed?.() !== false) reply("flushed at once");
  },
  disconnect: () => process.disconnect(),
  closeLink: () => closeSync(3),
  writeGarbage: () => writeSync(4, "a line of a program's own output\n"),
  exitWithHeir: () => {
    const heir = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"], {
      stdio: ["ignore", "ignore", "ignore", 4],
      detached: true,
    });
    heir.unref();
    reply(heir.pid);
    process.exit(0);
  },
  claim: (slot: number, word: number) => {
    Atomics.store(link.info.claims as Int32Array, slot, word);
    reply("claimed");
  },
  /** One message per turn of the event loop, as a host works on calls. */
  takeTurns: (value: unknown) => {
    turns.push([value]);
    if (turns.length === 1) setImmediate(takeTurn);
  },
};

function takeTurn(): void {
  const [value] = turns.shift() as [unknown];
  reply(value);
  if (turns.length > 0) setImmediate(takeTurn);
}

function sendCounted(total: number, filling: string): void {
  for (let count = 0; count < total; count++) reply([count, filling]);
}

function facts(): object {
  return {
    pid: process.pid,
    argv: process.argv,
    execArgv: process.execArgv,
    title: process.title,
    env: { ...process.env },
    resourceLimits,
  };
}

function poisonName(): string {
  try {
    reply([1, 2, () => {}]);
    return "nothing was thrown";
  } catch (error) {
    return (error as Error).name;
  }
}

function fail(message: string): never {
  throw new RangeError(message);
}

/** In steps: Node stops a thread at its limit between two of them; one that outruns it takes the program along. */
async function fillHeap(): Promise<void> {
  const kept: unknown[] = [];
  for (;;) {
    for (let count = 0; count < 50; count++) kept.push(new Array(1000).fill(count));
    await new Promise(setImmediate);
  }
}

function serve(given: HostLink, leave?: () => void): void {
  link = given;
  control = new ControlLane<TestControls>(link);
  control.serve(controls);
  link.onFrame(hear);
  watchParent(link, () => stopsAfter, leave);
}

function hear(frame: Frame): void {
  if (frame.lane === "control") {
    const body = frame.body as { ping?: unknown };
    if (body.ping === undefined) control.receive(body);
    else link.post({ lane: "control", body: { pong: body.ping }, form: "value" });
    return;
  }
  const body = frame.body as [string | number, ...never[]];
  const [first, ...rest] = body;
  if (typeof first === "number") reply(body);
  else commands[first]?.(...rest);
}

if (!isTask()) serve(isMainThread ? processLink() : threadLink(workerData));

export function runTask(start: TaskStart): Promise<number> {
  return serveTask(start, serve);
}
