import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("./programs/waiting.mjs", import.meta.url));
// Far above any real run: only a program that never ends, or waits for the next minute, reaches it.
const HANG_MS = 40_000;

test.each([
  ["sync", 1],
  ["async", 1],
  ["thread", 10],
  ["process", 4],
] as const)(
  "row 4: calls that wait for tokens keep a program alive, and it ends by itself after a stop (%s)",
  (mode, maxWorkers) => {
    const { status, signal, stdout, stderr } = spawnSync(
      process.execPath,
      [PROGRAM, mode, String(maxWorkers)],
      { encoding: "utf8", timeout: HANG_MS },
    );
    expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: "" });
    expect(stdout.trim().split("\n")).toEqual([
      'alive {"fulfilled":10,"CANCELLED":0}',
      'stopped {"fulfilled":10,"CANCELLED":190}',
    ]);
  },
);
