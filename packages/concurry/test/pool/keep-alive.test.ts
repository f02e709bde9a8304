import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { MODES, nothingIsLeft } from "./support.ts";

const PROGRAM = fileURLToPath(new URL("./programs/keep-alive.mjs", import.meta.url));
// A program that is kept alive for no reason would never end.
const HANG_MS = 30_000;

/** Runs one case to its end: what it printed, line by line, and what it complained of. */
function run(name: string, mode: string): Promise<{ lines: string[]; complaints: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, name, mode], { timeout: HANG_MS }, (_error, stdout, stderr) => {
      resolve({ lines: stdout.trim().split("\n"), complaints: stderr });
    });
  });
}

describe.each(MODES)("in %s mode", (mode) => {
  test.each([
    ["an idle pool lets the program end", "idle", ["1"]],
    ["a pool that was never called lets the program end", "unused", []],
    ["open calls keep the program alive until they settle", "openCalls", ["first", "second"]],
    ["so does a call that nobody awaits", "unawaited", ["fulfilled"]],
    ["awaiting stop() keeps it alive", "awaitedStop", ["stopped"]],
    ["awaiting drain() keeps it alive", "awaitedDrain", ["drained"]],
    ["awaiting ready() keeps it alive", "awaitedReady", ["ready"]],
    ["awaiting a broadcast keeps it alive", "awaitedBroadcast", ["1"]],
    ["futures that fail before they are awaited end nothing", "failures", ["a", "1", "b"]],
    ["work that goes on after a time limit keeps it alive", "timeLimit", ["TimeoutError", "fulfilled"]],
    ["a cancelled call keeps nothing alive", "cancelled", ["AbortError"]],
    ["a function that was lent keeps nothing alive behind its call", "lent", ["AbortError"]],
    ["a call that waits for such a function keeps it alive", "lentLate", ["late"]],
    ["a stream that was forgotten keeps nothing alive", "forgottenStreams", ["1"]],
    ["nor does one that nobody has looked at", "unusedStream", []],
    ["awaiting an item of a stream keeps it alive", "awaitedItem", ["1", "2"]],
    ["a thousand streams that were left leave nothing", "leftStreams", ["0 0 1000 1000"]],
    ["a dispose that is awaited keeps it alive", "disposed", ["1", "disposed"]],
  ])("%s", async (_title, name, lines) => {
    expect(await run(name, mode)).toEqual({ lines: [...lines, "exit 0"], complaints: "" });
  });

  test("a failure that nobody looks at is one warning, and no exit code", async () => {
    const { lines, complaints } = await run("unseenFailure", mode);
    expect(lines).toEqual(["exit 0"]);
    expect(complaints.match(/UnobservedCallWarning: Call "fail" failed in worker 0/g)).toHaveLength(1);
  });
});

nothingIsLeft();
