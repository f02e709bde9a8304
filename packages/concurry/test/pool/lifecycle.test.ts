import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WorkerStartError } from "concurry";
import { afterAll, describe, expect, test } from "vitest";
import { Disposable, Lifecycle, SyncDisposable, Thenable } from "#workers/lifecycle";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until, warningsDuring } from "./support.ts";

const stopped = stoppedAfterEach();
const folder = mkdtempSync(join(tmpdir(), "concurry-lifecycle-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function newFile(): string {
  files += 1;
  return join(folder, `${files}.txt`);
}

function stepsIn(file: string): string[] {
  return readFileSync(file, "utf8").trim().split("\n");
}

const STARTED = ["constructed", "onStart begins", "onStart ends"];
const STOPPED = ["onStop begins", "onStop ends"];

test.each(["sync", "async"] as const)(
  "in %s mode the warning of an onStop that throws names hook and worker, and has the stack",
  async (mode) => {
    const pool = stopped(Lifecycle.options({ mode, name: "Cache" }).init(newFile(), "onStop"));
    await pool.call("a");
    const warnings = await warningsDuring(() => pool.stop(), "Warning");
    expect(warnings).toMatchObject([
      {
        message: 'onStop() of worker 0 of "Cache" threw: not stopped',
        detail: expect.stringContaining("RangeError: not stopped\n    at "),
      },
    ]);
  },
);

describe.each(MODES)("in %s mode", (mode) => {
  test("onStart is awaited before the first call, onStop after the last", async () => {
    const file = newFile();
    const pool = stopped(Lifecycle.options({ mode, concurrency: 1 }).init(file));
    const calls = [pool.call("a"), pool.call("b")];
    await pool.stop();
    expect(await Promise.all(calls)).toEqual(["a", "b"]);
    expect(stepsIn(file)).toEqual([...STARTED, "a begins", "a ends", "b begins", "b ends", ...STOPPED]);
  });

  test("onStart may return any thenable", async () => {
    const pool = stopped(Thenable.options({ mode }).init());
    expect(await pool.isStarted()).toBe(true);
  });

  test("a worker has its whole time to start, however old the program is", async () => {
    const startTimeoutMs = 5000;
    await until(() => performance.now() > startTimeoutMs);
    const pool = stopped(Lifecycle.options({ mode, startTimeoutMs }).init(newFile()));
    expect(await pool.call("a")).toBe("a");
  });

  test("onStop runs also when the worker was never called", async () => {
    const file = newFile();
    const pool = stopped(Lifecycle.options({ mode }).init(file));
    await pool.ready();
    await pool.stop();
    expect(stepsIn(file)).toEqual([...STARTED, ...STOPPED]);
  });

  test("a cancelling stop aborts what runs, and still runs onStop", async () => {
    const file = newFile();
    const pool = stopped(Lifecycle.options({ mode, concurrency: 1 }).init(file));
    const call = pool.callUntilAborted();
    await pool.ready();
    await until(() => stepsIn(file).includes("waits"));
    await pool.stop({ mode: "cancel" });
    expect(await errorOf(call)).toMatchObject({ code: "CANCELLED" });
    expect(stepsIn(file)).toEqual(expect.arrayContaining([...STARTED, "waits", "aborted", ...STOPPED]));
  });

  test("an onStop that throws is a warning, and the pool stops all the same", async () => {
    const file = newFile();
    const pool = stopped(Lifecycle.options({ mode, stdio: "ignore" }).init(file, "onStop"));
    expect(await pool.call("a")).toBe("a");
    await pool.stop();
    expect(stepsIn(file).at(-1)).toBe("onStop begins");
  });

  test("Symbol.asyncDispose and Symbol.dispose serve as onStop", async () => {
    const [later, now] = [newFile(), newFile()];
    const disposable = stopped(Disposable.options({ mode }).init(later));
    const plain = stopped(SyncDisposable.options({ mode }).init(now));
    expect(await Promise.all([disposable.ping(), plain.ping()])).toEqual(["pong", "pong"]);
    await Promise.all([disposable.stop(), plain.stop()]);
    expect([stepsIn(later), stepsIn(now)]).toEqual([["disposed later"], ["disposed"]]);
  });

  test.each([
    ["constructor", "not constructed"],
    ["onStart", "not started"],
  ] as const)("a %s that throws rejects the calls; init() doesn't throw", async (failure, message) => {
    const pool = stopped(Lifecycle.options({ mode }).init(newFile(), failure));
    const early = pool.call("early");
    const error = await errorOf(early);
    expect(error).toBeInstanceOf(WorkerStartError);
    expect(error).toMatchObject({ code: "WORKER_START", cause: { name: "RangeError", message } });
    expect(error.message).toBe(`Worker 0 of "Lifecycle" could not start: ${message}`);
    expect(await errorOf(pool.call("late"))).toMatchObject({ code: "WORKER_START" });
    expect(await errorOf(pool.ready())).toMatchObject({ code: "WORKER_START" });
    expect(await errorOf(pool.broadcast.call("to all"))).toMatchObject({ code: "WORKER_START" });
    expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 0, restarts: 0, failed: 2, queued: 0 });
    await pool.stop();
  });

  test("a worker that isn't up in time rejects the calls", async () => {
    const pool = stopped(Lifecycle.options({ mode, startTimeoutMs: 1000 }).init(newFile(), "neverStarts"));
    const error = await errorOf(pool.call("early"));
    expect(error).toBeInstanceOf(WorkerStartError);
    // On a machine that is very busy it hasn't even loaded its module by then.
    expect(error.message).toMatch(/^Worker 0 of "Lifecycle" was not up after 1000 ms\.$|was still loading/);
  });
});

test.each(HOSTED)("in %s mode all workers start, and all stop", async (mode) => {
  const file = newFile();
  const pool = stopped(Lifecycle.options({ mode, maxWorkers: 3 }).init(file));
  await pool.broadcast.note("up");
  await pool.stop();
  expect(stepsIn(file).toSorted()).toEqual(
    [...STARTED, "up", ...STOPPED].flatMap((step) => [step, step, step]).toSorted(),
  );
});

nothingIsLeft();
