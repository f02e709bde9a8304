import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { caseNamed } from "../cases/index.ts";
import { peerNamed } from "../peers/index.ts";
import type { Peer, Target } from "../peers/peer.ts";
import { checkLibrary, checkLimit } from "./checks.ts";
import type { HostCommand, HostReply, HostResults, OpenReport } from "./messages.ts";

let target: Target | undefined;

/** Collects garbage: what one round left behind is not paid by the next. */
function garbageCollector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

const collectGarbage = garbageCollector();

async function open(peer: Peer, command: HostCommand & { type: "open" }): Promise<OpenReport> {
  if (peer.role === "limit") {
    const limit = await peer.open(command);
    target = limit;
    return { node: process.version, marks: await checkLimit(limit) };
  }
  const library = await peer.open(command);
  target = library;
  return { node: process.version, marks: await checkLibrary(library) };
}

async function obey(command: HostCommand): Promise<HostResults[keyof HostResults]> {
  if (command.type === "open") return open(peerNamed(command.peer), command);
  if (command.type === "stop") {
    await target?.stop();
    return null;
  }
  if (target === undefined) throw new Error("measure came before open");
  collectGarbage();
  return caseNamed(command.case).run(target, command.calls);
}

async function answer(command: HostCommand): Promise<void> {
  const reply: HostReply = await obey(command).then(
    (value) => ({ type: "done", value }),
    (error: unknown) => ({ type: "failed", reason: error instanceof Error ? error.message : String(error) }),
  );
  // A library may leave handles open: the host ends with its last answer.
  process.send?.(reply, undefined, undefined, () => {
    if (command.type === "stop") process.exit(0);
  });
}

process.on("message", (command: HostCommand) => void answer(command));

// The runner is gone: nothing may stay behind, not even a worker of a library that never ends.
process.on("disconnect", () => {
  if (process.platform !== "win32") process.kill(-process.pid, "SIGKILL");
  process.exit(1);
});
