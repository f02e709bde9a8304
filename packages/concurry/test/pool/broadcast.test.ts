import { StoppedError } from "concurry";
import { describe, expect, test } from "vitest";
import { Counter } from "#workers/counter";
import { Gated } from "#workers/gated";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "./support.ts";

const stopped = stoppedAfterEach();

describe.each(MODES)("in %s mode", (mode) => {
  test("a broadcast overtakes what waits, and runs beside what runs", async () => {
    const pool = stopped(Gated.options({ mode, concurrency: 1 }).init());
    const running = pool.pass("a");
    const waiting = pool.note("waiting");
    await until(async () => (await pool.broadcast.running())[0] === 1);
    expect(await pool.broadcast.note("broadcast")).toEqual(["broadcast"]);
    expect(waiting.status).toBe("queued");
    await pool.broadcast.open("a");
    await Promise.all([running, waiting]);
    expect(await pool.log()).toEqual(["a in", "broadcast", "a out", "waiting"]);
  });

  test("a broadcast of an async method resolves with what it returns", async () => {
    const pool = stopped(Gated.options({ mode, concurrency: 1 }).init());
    const passing = pool.broadcast.pass("a");
    await until(async () => (await pool.broadcast.running())[0] === 1);
    expect(pool.getPoolStats()).toMatchObject({ running: 1, queued: 0 });
    await pool.broadcast.open("a");
    expect(await passing).toEqual(["a"]);
  });

  test("a failing broadcast rejects with an AggregateError", async () => {
    const pool = stopped(Counter.options({ mode }).init(0));
    const error = await errorOf(pool.broadcast.fail("everywhere"));
    expect(error).toBeInstanceOf(AggregateError);
    expect(error.message).toBe('"fail" failed in 1 of 1 workers.');
    expect(error.errors).toMatchObject([{ name: "RangeError", message: "everywhere" }]);
    expect((error.errors as unknown[])[0]).toBeInstanceOf(RangeError);
    expect(pool.getPoolStats()).toMatchObject({ failed: 1, completed: 0, queued: 0, running: 0 });
  });

  test("a draining stop finishes broadcasts, a cancelling one rejects them", async () => {
    const draining = stopped(Counter.options({ mode }).init(0));
    const accepted = draining.broadcast.add(Promise.resolve(1));
    await draining.stop();
    expect(await accepted).toEqual([1]);
    const cancelling = stopped(Gated.options({ mode }).init());
    const running = errorOf(cancelling.broadcast.pass("never opened"));
    const waiting = errorOf(cancelling.broadcast.note(new Promise<string>(() => {})));
    await until(() => cancelling.getPoolStats().running > 0);
    await cancelling.stop({ mode: "cancel" });
    expect(await running).toMatchObject({ name: "AggregateError", errors: [{ code: "CANCELLED" }] });
    expect(await waiting).toMatchObject({ code: "CANCELLED", cause: { code: "STOPPED" } });
    expect(cancelling.getPoolStats()).toMatchObject({ cancelled: 2, failed: 0, running: 0, queued: 0 });
  });

  test("a broadcast to a stopped pool rejects, as does one that waits when it stops", async () => {
    const pool = stopped(Counter.options({ mode }).init(0));
    const early = pool.broadcast.get().catch((error: unknown) => error);
    await pool.stop({ mode: "cancel" });
    expect(await errorOf(pool.broadcast.get())).toBeInstanceOf(StoppedError);
    // Whichever was first: it is settled.
    await early;
  });
});

describe.each(HOSTED)("in %s mode", (mode) => {
  const countersOf = (maxWorkers: number) => stopped(Counter.options({ mode, maxWorkers }).init(0));

  test("a broadcast runs once in every worker, also in those that are not up yet, and answers in their order", async () => {
    const pool = countersOf(3);
    await Promise.all([pool.workers[1]?.add(10), pool.workers[2]?.add(20)]);
    expect(await pool.broadcast.add(1)).toEqual([1, 11, 21]);
    expect(await pool.broadcast.get()).toEqual([1, 11, 21]);
    const stats = pool.getPoolStats();
    expect(stats).toMatchObject({ completed: 8, running: 0, queued: 0 });
    expect(stats.workers.map(({ callsFinished }) => callsFinished)).toEqual([2, 3, 3]);
  });

  test("when some workers fail the others have done it all the same", async () => {
    const pool = stopped(Gated.options({ mode, maxWorkers: 3 }).init());
    const call = pool.workers[1]?.obey();
    await until(() => call?.status === "running");
    expect(await pool.broadcast.running()).toEqual([0, 0, 0]);
    call?.cancel();
    const failing = countersOf(2);
    const error = await errorOf(failing.broadcast.echo({ onDone: Symbol("s") }));
    expect(error).toMatchObject({ code: "NOT_SERIALIZABLE", method: "echo" });
    expect(await failing.broadcast.add(1)).toEqual([1, 1]);
  });

  test("workers[i] is that worker, and has the methods only", async () => {
    const pool = countersOf(3);
    expect(pool.workers).toHaveLength(3);
    const calls = [2, 0, 2, 2].map((index) => pool.workers[index]?.add(1));
    expect(calls.map((call) => call?.workerIndex)).toEqual([2, 0, 2, 2]);
    expect(await Promise.all(calls)).toEqual([1, 1, 2, 3]);
    expect(await pool.broadcast.get()).toEqual([1, 0, 3]);
    expect(pool.workers[3]).toBeUndefined();
    expect(Reflect.get(pool.workers[0] as object, "stop")).toBeUndefined();
  });

  test("calls for one worker don't move to another that is idle", async () => {
    const pool = stopped(Gated.options({ mode, maxWorkers: 2, loadBalancing: "least_active" }).init());
    const blocked = pool.workers[0]?.pass("a");
    await until(() => blocked?.status === "running");
    const pinned = [pool.workers[0]?.note("1"), pool.workers[0]?.note("2")];
    await pool.workers[1]?.note("idle again");
    expect(pinned.map((call) => [call?.workerIndex, call?.status])).toEqual([
      [0, "queued"],
      [0, "queued"],
    ]);
    await pool.broadcast.open("a");
    await Promise.all(pinned);
    expect(await pool.workers[0]?.log()).toEqual(["a in", "a out", "1", "2"]);
  });
});

nothingIsLeft();
