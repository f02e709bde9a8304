import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

// A test runner evaluates modules by means of its own, and marks that in the environment: programs run without.
async function output(program: string): Promise<unknown[]> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_)/.test(name));
  const file = fileURLToPath(new URL(`./programs/${program}`, import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [file], {
    env: Object.fromEntries(kept),
    timeout: 30_000,
    killSignal: "SIGKILL",
  });
  expect(stderr).toBe("");
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}

test("errors of classes that the worker's module exports arrive as those classes", async () => {
  const [facts] = (await output("report.mjs")) as [unknown];
  const expected = {
    exported: [true, 404, "E_HTTP", true, "Error"],
    hasPrivate: "TypeError",
    subclass: [true, "FoundError", 410],
    cause: [true, 500],
    aggregate: true,
    broadcast: true,
    cjs: [true, 3],
    cjsFunction: [true, "too much"],
    cjsComputed: [true, "computed"],
    constructor: ["WORKER_START", true, "setup"],
  };

  expect(facts).toEqual([
    { mode: "thread", ...expected },
    { mode: "process", ...expected },
  ]);
});

test("the stack of an error has the frames of both sides, and none of the pool", async () => {
  for (const lines of (await output("frames.mjs")) as string[][]) {
    const names = lines
      .filter((line) => !line.includes("node:internal"))
      .map((line) => line.replace(/:\d+:\d+\)?$/, ""));
    expect(names).toEqual([
      "Error: status 418",
      "at innermost (thrower.js",
      "at #middle (thrower.js",
      "at async Thrower.deep (thrower.js",
      "at async innerCaller (frames.mjs",
      "at async outerCaller (frames.mjs",
      "at async (frames.mjs",
    ]);
  }
});
