import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("./programs/waits.mjs", import.meta.url));
// A program that is kept alive for no reason would never end.
const HANG_MS = 30_000;
const run = promisify(execFile);

test.each([
  ["a waiting call keeps the program alive; one that is inside doesn't", "granted", ["entered", "exit 0"]],
  [
    "a call that has gone keeps nothing alive, though Bottleneck still has it",
    "cancelled",
    ["gone", "exit 0"],
  ],
])("%s", async (_title, name, lines) => {
  const { stdout, stderr } = await run(process.execPath, [PROGRAM, name], { timeout: HANG_MS });
  expect({ lines: stdout.trim().split("\n"), stderr }).toEqual({ lines, stderr: "" });
});
