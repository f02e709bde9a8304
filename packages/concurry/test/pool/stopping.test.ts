import { CancelledError, StoppedError } from "concurry";
import { describe, expect, test } from "vitest";
import { Counter } from "#workers/counter";
import { Gated } from "#workers/gated";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "./support.ts";

const stopped = stoppedAfterEach();
// Any stop that waits for a time limit of ours, and not for the pool's 30 s, is over by then.
const SOON_MS = 15_000;

describe.each(MODES)("in %s mode", (mode) => {
  const gatedPool = () => stopped(Gated.options({ mode, concurrency: 1 }).init());
  const counterPool = () => stopped(Counter.options({ mode }).init(0));

  test("stop finishes the calls that were accepted, and takes no new ones", async () => {
    const pool = gatedPool();
    const accepted = [pool.obey(), pool.note("b"), pool.note("c")];
    await until(() => accepted[0]?.status === "running");
    const end = pool.stop();
    expect(pool.stopped).toBe(true);
    const late = [pool.note("late"), pool.workers[0]?.note("late")];
    for (const call of late) {
      const error = await errorOf(call as Promise<unknown>);
      expect(error).toBeInstanceOf(StoppedError);
      expect(error).toMatchObject({ name: "StoppedError", code: "STOPPED" });
    }
    expect(pool.getPoolStats()).toMatchObject({ stopped: true, failed: 2 });
    accepted[0]?.cancel();
    await end;
    expect(await Promise.allSettled(accepted)).toMatchObject([
      { status: "rejected" },
      { status: "fulfilled", value: "b" },
      { status: "fulfilled", value: "c" },
    ]);
  });

  test("stop in cancel mode cancels what waits and what runs, at once", async () => {
    const pool = gatedPool();
    const calls = [pool.obey(), pool.note("waiting")];
    await until(() => calls[0]?.status === "running");
    const end = pool.stop({ mode: "cancel" });
    expect(calls.map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
    for (const call of calls) {
      const error = await errorOf(call as Promise<unknown>);
      expect(error).toBeInstanceOf(CancelledError);
      expect(error.cause).toBeInstanceOf(StoppedError);
    }
    await end;
    expect(pool.getPoolStats()).toMatchObject({ cancelled: 2, queued: 0, running: 0 });
  });

  test("a drain that takes too long turns into a cancel", async () => {
    const pool = gatedPool();
    const calls = [pool.obey(), pool.note("waiting")];
    await until(() => calls[0]?.status === "running");
    const startedAt = performance.now();
    await pool.stop({ timeoutMs: 20 });
    expect(performance.now() - startedAt).toBeLessThan(SOON_MS);
    for (const call of calls) expect(await errorOf(call)).toMatchObject({ code: "CANCELLED" });
  });

  test.each<[unknown, ErrorConstructor, string]>([
    [500, TypeError, "pool.stop() must be given a plain object, got 500; write { timeoutMs: 500 }"],
    ["cancel", TypeError, 'pool.stop() must be given a plain object, got "cancel"; write { mode: "cancel" }'],
    [null, TypeError, "pool.stop() must be a plain object, got null"],
    [{ timeout: 500 }, TypeError, 'pool.stop() has no option "timeout"; did you mean "timeoutMs"?'],
    [{ timeoutMs: "1" }, TypeError, "timeoutMs must be milliseconds from 0"],
    [{ timeoutMs: -1 }, RangeError, "timeoutMs must be milliseconds from 0"],
    [{ mode: "kill" }, RangeError, 'mode must be one of "drain", "cancel", got "kill"'],
  ])("stop refuses %o, and the pool goes on", async (options, kind, message) => {
    const pool = counterPool();
    const stop = (): unknown => pool.stop(options as never);
    expect(stop).toThrow(kind);
    expect(stop).toThrow(message);
    expect(pool.stopped).toBe(false);
    expect(await pool.add(1)).toBe(1);
  });

  test("stop may be called again, and waits for the same end; in cancel mode it hurries it", async () => {
    const pool = gatedPool();
    const call = pool.pass("a");
    await until(() => call.status === "running");
    const ends = [pool.stop(), pool.close(), pool[Symbol.asyncDispose]()];
    ends.push(pool.stop({ mode: "cancel" }));
    await Promise.all(ends);
    expect(await errorOf(call)).toMatchObject({ code: "CANCELLED" });
    await pool.stop();
    await pool.stop({ mode: "cancel" });
  });

  test("stop of a pool that was never used, and in the turn that made it, leaves nothing", async () => {
    const pool = counterPool();
    await pool.stop();
    expect(pool.getPoolStats()).toMatchObject({ stopped: true, totalWorkers: 0, completed: 0 });
  });

  test("stop during start-up finishes the calls that were made", async () => {
    const pool = counterPool();
    const calls = [pool.add(1), pool.add(1), pool.fail("no")];
    await pool.stop();
    expect(await Promise.allSettled(calls)).toMatchObject([
      { value: 1 },
      { value: 2 },
      { reason: { message: "no" } },
    ]);
  });

  test("stop in cancel mode during start-up cancels the calls that were made", async () => {
    const pool = counterPool();
    const calls = [pool.addLater(1), pool.addLater(1)];
    await pool.stop({ mode: "cancel" });
    for (const call of calls) expect(await errorOf(call)).toMatchObject({ code: "CANCELLED" });
  });

  test("a pool may be stopped from what follows a call, and from a listener", async () => {
    const pool = counterPool();
    await pool.add(1).then(() => pool.stop());
    expect(pool.stopped).toBe(true);
    const listening = counterPool();
    const end = new Promise<void>((resolve) => {
      listening.once("callEnd", () => listening.stop().then(resolve));
    });
    expect(await listening.add(1)).toBe(1);
    await end;
  });

  test("what a stopped pool has counted can still be read; drain() resolves, ready() rejects", async () => {
    const pool = counterPool();
    await Promise.all([pool.add(1), pool.add(1)]);
    await pool.stop();
    expect(pool.getPoolStats()).toMatchObject({ completed: 2, stopped: true, totalWorkers: 0 });
    expect(pool.getWorkerStats(0)).toMatchObject({ index: 0, state: "dead", callsFinished: 2 });
    await pool.drain();
    expect(await errorOf(pool.ready())).toBeInstanceOf(StoppedError);
  });

  test("wrong options of stop throw before anything is stopped", async () => {
    const pool = counterPool();
    expect(() => pool.stop({ mode: "now" as "drain" })).toThrow(RangeError);
    expect(() => pool.stop({ timeoutMs: -1 })).toThrow(RangeError);
    expect(() => pool.stop({ timeoutMs: "1" as unknown as number })).toThrow(TypeError);
    expect(pool.stopped).toBe(false);
    expect(await pool.add(1)).toBe(1);
    await pool.stop({ timeoutMs: 0 });
  });

  test("drain() resolves once nothing waits or runs, and the pool goes on", async () => {
    const pool = gatedPool();
    await pool.drain();
    const calls = [pool.pass("a"), pool.note("b")];
    await until(() => calls[0]?.status === "running");
    let isDrained = false;
    const drained = pool.drain().then(() => {
      isDrained = true;
    });
    await pool.broadcast.running();
    expect(isDrained).toBe(false);
    await pool.broadcast.open("a");
    await drained;
    expect(calls.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
    expect(await pool.note("after")).toBe("after");
  });

  test("ready() resolves when a call would be taken", async () => {
    const pool = counterPool();
    await pool.ready();
    expect(pool.getPoolStats().workers[0]?.state).toBe("ready");
    await pool.ready();
  });
});

test.each(HOSTED)(
  "in %s mode a stuck call that is cancelled while the pool drains holds up nobody",
  async (mode) => {
    const pool = stopped(Gated.options({ mode }).init());
    const endless = pool.spin();
    const behind = pool.note("behind");
    await until(() => endless.status === "running");
    const end = pool.stop();
    endless.cancel();
    expect(await behind).toBe("behind");
    await end;
  },
);

test.each(HOSTED)("in %s mode stop ends a worker that never yields", async (mode) => {
  const pool = stopped(Gated.options({ mode, maxWorkers: 2 }).init());
  const endless = pool.spin();
  await until(() => endless.status === "running");
  await pool.stop({ timeoutMs: 20 });
  expect(await errorOf(endless)).toMatchObject({ code: "CANCELLED" });
});

nothingIsLeft();
