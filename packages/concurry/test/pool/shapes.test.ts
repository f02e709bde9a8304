import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("./programs/shapes.mjs", import.meta.url));
const MUCH_OUTPUT_BYTES = 2 ** 26;
// What every call goes through in the caller's thread.
const HOT = [
  "request",
  "send",
  "settle",
  "fulfil",
  "createFuture",
  "onReply",
  "get isSettled",
  "take",
  "free",
];

test("what V8 has compiled for calls outlives a collection while there are none", async () => {
  const run = await promisify(execFile)(process.execPath, ["--trace-opt", "--trace-deopt", PROGRAM], {
    maxBuffer: MUCH_OUTPUT_BYTES,
  });
  const lines = run.stdout.split("\n");
  const optimized = HOT.filter((name) => lines.some((line) => /optimiz/.test(line) && names(line, name)));
  const dropped = HOT.filter((name) =>
    lines.some((line) => line.includes("weak objects") && names(line, name)),
  );
  expect(optimized).toContain("request");
  expect(dropped).toEqual([]);
});

function names(line: string, name: string): boolean {
  return line.includes(` ${name}>`) || line.includes(` ${name} (sfi`);
}
