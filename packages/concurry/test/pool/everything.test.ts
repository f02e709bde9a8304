import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { nothingIsLeft } from "./support.ts";

const PROGRAM = fileURLToPath(new URL("./programs/everything.mjs", import.meta.url));
// Far above what it takes: only a program that doesn't end gets there.
const HANG_MS = 60_000;

test.each(["stopped", "left"])(
  "a program that uses every feature ends by itself, its pools %s",
  async (how) => {
    const output = await new Promise<string>((resolve) => {
      execFile(process.execPath, [PROGRAM, how], { timeout: HANG_MS }, (_error, stdout, stderr) => {
        resolve(stdout + stderr);
      });
    });
    expect(output).toBe("done\nexit 0\n");
  },
  HANG_MS,
);

nothingIsLeft();
