import type { Setting } from "../cases/case.ts";
import { caseNamed } from "../cases/index.ts";
import { peerNamed } from "../peers/index.ts";
import type { Peer, Target } from "../peers/peer.ts";
import { checkLibrary, checkLimit } from "./checks.ts";
import { collectGarbage } from "./garbage.ts";
import type { HostCommand, HostReply, HostResults, OpenReport } from "./messages.ts";

let target: Target | undefined;
let setting: Setting | undefined;

async function open(peer: Peer, command: HostCommand & { type: "open" }): Promise<OpenReport> {
  const { kind, workers } = command;
  setting = { kind, workers, openAnother: (count = workers) => peer.open({ kind, workers: count }) };
  if (peer.role === "limit") {
    const limit = await peer.open(command);
    target = limit;
    await limit.ready?.();
    return { node: process.version, marks: await checkLimit(limit) };
  }
  const library = await peer.open(command);
  target = library;
  await library.ready?.();
  return { node: process.version, marks: await checkLibrary(library) };
}

async function obey(command: HostCommand): Promise<HostResults[keyof HostResults]> {
  if (command.type === "open") return open(peerNamed(command.peer), command);
  if (command.type === "stop") {
    await target?.stop();
    return null;
  }
  if (command.type === "own") {
    // Loaded now: the host of another library has none of ours.
    const { OWN_WORKLOADS } = await import("../own/index.ts");
    return { node: process.version, figures: await OWN_WORKLOADS[command.workload](command) };
  }
  if (target === undefined || setting === undefined) throw new Error("measure came before open");
  collectGarbage();
  return caseNamed(command.case).run(target, command.calls, setting);
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
