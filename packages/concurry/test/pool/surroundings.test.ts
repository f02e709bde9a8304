import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Worker } from "concurry";
import { describe, expect, test } from "vitest";
import { Surroundings } from "#workers/surroundings";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach } from "./support.ts";

const stopped = stoppedAfterEach();
const PROGRAM = fileURLToPath(new URL("./programs/surroundings.mjs", import.meta.url));

function run(...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [PROGRAM, ...args], (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
  });
}

describe.each(HOSTED)("in %s mode", (mode) => {
  test("env adds to the environment of the worker, and takes away from it", async () => {
    process.env.CONCURRY_TEST_KEPT = "kept";
    process.env.CONCURRY_TEST_GONE = "gone";
    const env = { CONCURRY_TEST_OWN: "own", CONCURRY_TEST_GONE: undefined };
    const pool = stopped(Surroundings.options({ mode, env }).init());
    expect(await pool.environment("CONCURRY_TEST_OWN")).toBe("own");
    expect(await pool.environment("CONCURRY_TEST_KEPT")).toBe("kept");
    expect(await pool.environment("CONCURRY_TEST_GONE")).toBeUndefined();
    expect(process.env.CONCURRY_TEST_OWN).toBeUndefined();
  });

  test("execArgv is what the worker is started with", async () => {
    const execArgv = ["--conditions", "concurry-test"];
    const pool = stopped(Surroundings.options({ mode, execArgv }).init());
    expect(await pool.flags()).toEqual(execArgv);
  });

  test("resourceLimits limit the heap of the worker", async () => {
    const pool = stopped(
      Surroundings.options({ mode, resourceLimits: { maxOldGenerationSizeMb: 64 } }).init(),
    );
    const limitMb = await pool.heapLimitMb();
    expect(limitMb).toBeGreaterThanOrEqual(64);
    // With the space for young objects, which differs between versions of Node. Without a limit it is a few thousand.
    expect(limitMb).toBeLessThan(512);
  });

  test("workers are hosts, and the program is none", async () => {
    const pool = stopped(Surroundings.options({ mode }).init());
    expect(await pool.isHost()).toBe(true);
    expect(Worker.isHost).toBe(false);
    expect((await pool.identity()).isMainThread).toBe(mode === "process");
  });

  test("a worker sees the program's arguments, but not its file", async () => {
    const output = await run("arguments", mode, "--flag", "value");
    expect(JSON.parse(output)).toEqual(["arguments", mode, "--flag", "value"]);
  });

  test("a worker prints where the program prints, and nowhere with stdio ignore", async () => {
    expect(await run("print", mode, "inherit")).toBe("from the worker\nfrom the program\n");
    expect(await run("print", mode, "ignore")).toBe("from the program\n");
  });

  test("flags that Node doesn't know reject the calls", async () => {
    const execArgv = ["--no-such-flag-of-node"];
    const pool = stopped(Surroundings.options({ mode, execArgv, restart: false, stdio: "ignore" }).init());
    expect(await errorOf(pool.isHost())).toMatchObject({ code: "WORKER_START" });
  });
});

test("a process has the pool's name and its index as title", async () => {
  const pool = stopped(Surroundings.options({ mode: "process", name: "tally", maxWorkers: 2 }).init());
  expect(await pool.broadcast.title()).toEqual([
    expect.stringMatching(/^tally-0/),
    expect.stringMatching(/^tally-1/),
  ]);
});

test.each(MODES)("in %s mode the pool's name stands in errors", async (mode) => {
  const pool = stopped(Surroundings.options({ mode, name: "tally" }).init());
  await pool.stop();
  expect((await errorOf(pool.isHost())).message).toBe('Pool "tally" is stopped and takes no calls.');
});

nothingIsLeft();
