import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { Notes } from "../death/support.ts";
import { HOSTED, nothingIsLeft } from "../pool/support.ts";

const PROGRAM = fileURLToPath(new URL("./programs/ends.mjs", import.meta.url));
// Far below the times that the programs would wait for what holds them up.
const HANG_MS = 20_000;
const notes = new Notes();

/** Runs one case to its end: what it printed, line by line, and what it complained of. */
function run(name: string, mode: string): Promise<{ lines: string[]; complaints: string }> {
  return new Promise((resolve) => {
    const given = [PROGRAM, name, mode, notes.file];
    execFile(process.execPath, given, { timeout: HANG_MS }, (_error, stdout, stderr) => {
      resolve({ lines: stdout.trim().split("\n"), complaints: stderr });
    });
  });
}

describe.each(HOSTED)("in %s mode", (mode) => {
  test.each([
    ["health checks keep no program alive", "checked", ["1"]],
    ["nor does one that is never answered", "silent", ["1"]],
    ["a time limit for idle workers keeps no program alive", "idle", ["1"]],
    ["nor do places where no worker is", "asleep", ["asleep"]],
    ["a worker that takes long to fall asleep delays no end", "fallingAsleep", ["draining"]],
    ["nor does one that is recycled", "recycled", ["0"]],
    ["nor one that has run its only call", "onDemand", ["1"]],
    ["a surplus worker that nobody waits for delays no end", "resized", ["done"]],
    ["awaiting resize() keeps it alive", "awaitedResize", ["1"]],
  ])("%s", async (_title, name, lines) => {
    expect(await run(name, mode)).toEqual({ lines: [...lines, "exit 0"], complaints: "" });
  });
});

nothingIsLeft();
