import { CancelledError, Future, TimeoutError } from "concurry";
import { describe, expect, test } from "vitest";
import { Counter } from "#workers/counter";
import { Gated } from "#workers/gated";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until, warningsDuring } from "./support.ts";

const stopped = stoppedAfterEach();

describe.each(MODES)("in %s mode", (mode) => {
  const gatedPool = () => stopped(Gated.options({ mode, concurrency: 1 }).init());
  const counterPool = () => stopped(Counter.options({ mode }).init(0));

  test("a future goes from queued over running to fulfilled, and knows its worker", async () => {
    const pool = gatedPool();
    const first = pool.pass("a");
    const second = pool.pass("b");
    expect(first).toBeInstanceOf(Future);
    expect(first).toBeInstanceOf(Promise);
    await until(() => first.status === "running");
    expect([second.status, second.workerIndex]).toEqual(["queued", 0]);
    await pool.broadcast.open("a");
    expect(await first).toBe("a");
    expect([first.status, first.workerIndex]).toEqual(["fulfilled", 0]);
    await until(() => second.status === "running");
    await pool.broadcast.open("b");
    await second;
  });

  test("a future that fails is rejected", async () => {
    const future = counterPool().fail("no");
    expect(await errorOf(future)).toMatchObject({ name: "RangeError", message: "no" });
    expect(future.status).toBe("rejected");
    expect(future.cancel()).toBe(false);
  });

  test("what is derived from a future is an ordinary promise", async () => {
    const pool = counterPool();
    const future = pool.add(1);
    for (const derived of [future.then(), future.catch(() => 0), future.finally(() => {}), future.result()]) {
      expect(derived).not.toBeInstanceOf(Future);
      expect(await derived).toBe(1);
    }
    expect(await Promise.all([future, pool.add(1)])).toEqual([1, 2]);
  });

  test("a call that waits and is cancelled never runs", async () => {
    const pool = gatedPool();
    const running = pool.pass("a");
    await until(() => running.status === "running");
    const waiting = pool.note("never");
    expect(waiting.cancel("not needed")).toBe(true);
    expect(waiting.status).toBe("cancelled");
    expect(waiting.cancel("again")).toBe(false);
    const error = await errorOf(waiting);
    expect(error).toBeInstanceOf(CancelledError);
    expect(error).toMatchObject({ name: "AbortError", code: "CANCELLED", cause: "not needed" });
    await pool.broadcast.open("a");
    await running;
    expect(await pool.log()).toEqual(["a in", "a out"]);
    expect(pool.getPoolStats()).toMatchObject({ completed: 3, cancelled: 1, failed: 0 });
  });

  test("a call that is cancelled in the turn that made it doesn't run to its end", async () => {
    const pool = gatedPool();
    await pool.note("up");
    const call = pool.obey();
    call.cancel("at once");
    await errorOf(call);
    await pool.drain();
    // The next call gets its turn only when the cancelled one has let go.
    const log = await pool.log();
    expect(log).not.toContain("obey out: undefined");
    expect(["up", "obey out: AbortError, at once"]).toContain(log.at(-1));
    expect(pool.getPoolStats().restarts).toBe(0);
  });

  test("a call that runs and is cancelled rejects at once, and its signal aborts", async () => {
    const pool = gatedPool();
    const call = pool.obey();
    const behind = pool.note("behind");
    await until(async () => (await pool.broadcast.log())[0]?.includes("obey in") === true);
    const reason = "enough";
    expect(call.cancel(reason)).toBe(true);
    expect(call.status).toBe("cancelled");
    expect(await errorOf(call)).toMatchObject({ name: "AbortError", cause: reason });
    expect(await behind).toBe("behind");
    expect(await pool.log()).toEqual(["obey in", "obey out: AbortError, enough", "behind"]);
  });

  test("a cancelled call without a reason has no cause", async () => {
    const pool = gatedPool();
    const call = pool.obey();
    await until(() => call.status === "running");
    call.cancel();
    expect("cause" in (await errorOf(call))).toBe(false);
  });

  test("a settled call can't be cancelled", async () => {
    const future = counterPool().add(1);
    await future;
    expect(future.cancel("too late")).toBe(false);
    expect(await future).toBe(1);
    expect(future.status).toBe("fulfilled");
  });

  test("result() with a time limit rejects, and the work goes on", async () => {
    const pool = gatedPool();
    const call = pool.pass("a");
    const error = await errorOf(call.result({ timeoutMs: 5 }));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ name: "TimeoutError", code: "TIMEOUT", timeoutMs: 5 });
    await until(() => call.status === "running");
    await pool.broadcast.open("a");
    expect(await call.result({ timeoutMs: 20_000 })).toBe("a");
    expect(() => call.result({ timeoutMs: -1 })).toThrow(RangeError);
  });

  test("futures that fail early are no unhandled rejections: a loop may await them later", async () => {
    const pool = counterPool();
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", listen);
    const futures = [pool.fail("1"), pool.add(1), pool.fail("2"), pool.add(1)];
    await pool.drain();
    await new Promise((resolve) => setImmediate(resolve));
    const seen: unknown[] = [];
    for (const future of futures) {
      try {
        seen.push(await future);
      } catch (error) {
        seen.push((error as Error).message);
      }
    }
    process.off("unhandledRejection", listen);
    expect(seen).toEqual(["1", 1, "2", 2]);
    expect(unhandled).toEqual([]);
  });

  test("a failure that nobody looks at is one warning when the pool has stopped", async () => {
    const pool = counterPool();
    const futures: unknown[] = [];
    const warnings = await warningsDuring(async () => {
      futures.push(pool.fail("unseen"));
      await pool.drain();
      await pool.stop();
    }, "UnobservedCallWarning");
    const message = 'Call "fail" failed in worker 0 and nobody looked at its future: RangeError: unseen';
    expect(warnings.map((warning) => warning.message)).toEqual([message]);
    expect(pool.getPoolStats().failed).toBe(1);
  });
});

test.each(HOSTED)(
  "in %s mode an endless loop that is cancelled costs its worker, and nobody else anything",
  async (mode) => {
    const pool = stopped(Gated.options({ mode, maxWorkers: 2 }).init());
    const endless = pool.workers[0]?.spin();
    await until(() => endless?.status === "running");
    const others = Array.from({ length: 8 }, (_, index) => pool.note(`call ${index}`));
    const pinned = pool.workers[0]?.note("after the replacement");
    expect(endless?.cancel("too long")).toBe(true);
    expect(await errorOf(endless as Promise<never>)).toMatchObject({ code: "CANCELLED", cause: "too long" });
    expect(await Promise.all(others)).toHaveLength(8);
    expect(await pinned).toBe("after the replacement");
    expect(pinned?.workerIndex).toBe(0);
    expect(pool.getPoolStats()).toMatchObject({
      restarts: 0,
      totalWorkers: 2,
      cancelled: 1,
      completed: 9,
      failed: 0,
    });
  },
);

test.each(HOSTED)(
  "in %s mode a worker takes a hundred calls more after calls were cancelled",
  async (mode) => {
    const pool = stopped(Gated.options({ mode }).init());
    const id = async () => {
      await pool.log();
      return pool.getWorkerStats(0).id;
    };
    const before = await id();
    for (let round = 0; round < 20; round += 1) {
      const calls = [pool.obey(), pool.note("a"), pool.obey(), pool.note("b")];
      for (const call of calls) call.cancel(round);
      expect((await Promise.allSettled(calls)).every(({ status }) => status === "rejected")).toBe(true);
    }
    const further = await Promise.all(Array.from({ length: 100 }, (_, index) => pool.note(`${index}`)));
    expect(further).toEqual(Array.from({ length: 100 }, (_, index) => `${index}`));
    expect(await id()).toBe(before);
    expect(pool.getPoolStats()).toMatchObject({ cancelled: 80, completed: 102, running: 0, queued: 0 });
  },
);

nothingIsLeft();
