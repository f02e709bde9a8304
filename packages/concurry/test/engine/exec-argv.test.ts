import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { afterEach, expect, test } from "vitest";
import { childExecArgv } from "../../src/engine/exec-argv.ts";

const original = process.execArgv;
afterEach(() => {
  process.execArgv = original;
});

test.each<[string, string[], string[]]>([
  ["code", ["-e", "run()", "--no-warnings"], ["--no-warnings"]],
  ["code after =", ["--eval=run()"], []],
  ["printed code", ["-p", "1", "--import", "tsx"], ["--import", "tsx"]],
  ["its type", ["--input-type=module", "--eval", "1"], []],
  ["the debugger", ["--inspect", "--inspect-brk=9230", "--inspect-port", "0", "-r", "x"], ["-r", "x"]],
  ["the test runner", ["--test", "--test-concurrency", "2", "--test-name-pattern=x", "--test-only"], []],
  ["the watcher", ["--watch", "--watch-path", "src", "--watch-preserve-output"], []],
  [
    "nothing else",
    ["--max-old-space-size=64", "--title", "x", "-C", "dev"],
    ["--max-old-space-size=64", "--title", "x", "-C", "dev"],
  ],
])("a process does not inherit flags of %s", (_what, flags, kept) => {
  process.execArgv = flags;
  expect(childExecArgv("process")).toEqual(kept);
});

test("a thread inherits by itself when nothing has to go", () => {
  process.execArgv = ["--max-old-space-size=64", "--import", "tsx"];
  expect(childExecArgv("thread")).toBeUndefined();
});

test("a list for a thread has only what threads take", () => {
  process.execArgv = [
    "--inspect",
    "--max-old-space-size=64",
    "--title",
    "x",
    "--expose-gc",
    "--import",
    "tsx",
    "--no-warnings",
  ];
  expect(childExecArgv("thread")).toEqual(["--import", "tsx", "--no-warnings"]);
});

test("the user's own list is passed as it is", () => {
  expect(childExecArgv("thread", ["--inspect", "--title", "x"])).toEqual(["--inspect", "--title", "x"]);
  expect(childExecArgv("process", ["-e", "1"])).toEqual(["-e", "1"]);
});

test("Node takes the whole list that a thread may be given", async () => {
  process.execArgv = [
    "--inspect",
    "--watch",
    "--title",
    "x",
    "--expose-gc",
    "--max-old-space-size=64",
    "--stack-trace-limit=20",
    "-C",
    "dev",
    "--no-warnings",
    "--enable-source-maps",
    "--preserve-symlinks",
    "--trace-warnings",
    "--unhandled-rejections=strict",
    "--disable-warning=DEP0040",
    "--trace-uncaught",
    "--pending-deprecation",
    "-r",
    "node:path",
    "--import",
    "node:path",
  ];
  const worker = new Worker("require('node:worker_threads').parentPort.postMessage(process.execArgv)", {
    eval: true,
    execArgv: childExecArgv("thread") ?? [],
  });
  const [seen] = (await once(worker, "message")) as [string[]];
  await worker.terminate();
  expect(seen).toContain("--enable-source-maps");
  expect(seen).not.toContain("--expose-gc");
});
