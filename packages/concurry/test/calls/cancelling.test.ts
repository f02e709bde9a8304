import { CallLimit, CancelledError, QueueFullError } from "concurry";
import { describe, expect, test } from "vitest";
import { Trying } from "#workers/trying";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";

const stopped = stoppedAfterEach();

// Frees nothing while a test runs.
const LONG_WINDOW_SECONDS = 3600;
// What a settled call may take beyond the moment of its cancelling, on a machine that has other things to do.
const PROMPT_MS = 2000;

describe.each(MODES)("in %s mode", (mode) => {
  const poolOf = (options: object = {}) =>
    stopped(Trying.options({ mode, concurrency: 1, graceMs: 50, ...options }).init());

  test("a signal that has aborted already cancels the call, which never runs", async () => {
    const pool = poolOf({ loadBalancing: "shared_queue" });
    const cancelled = pool.with({ signal: AbortSignal.abort("before") });
    for (let count = 0; count < 20; count += 1) {
      expect(await errorOf(cancelled.note("never"))).toMatchObject({ code: "CANCELLED", cause: "before" });
    }
    expect(await pool.note("after")).toBe("after");
    expect(await pool.log()).toEqual(["after"]);
    expect(pool.getPoolStats()).toMatchObject({ cancelled: 20, completed: 2, queued: 0, running: 0 });
  });

  test("a signal that aborts while an argument is read cancels the call", async () => {
    const pool = poolOf({ loadBalancing: "shared_queue" });
    await pool.note("up");
    const aborter = new AbortController();
    const bytes = {
      get length(): number {
        aborter.abort("while reading");
        return 3;
      },
    };
    const call = pool.with({ signal: aborter.signal }).size(bytes as unknown as Uint8Array);
    // In the caller's own realm the method itself reads it.
    expect((await errorOf(call)).cause).toBe("while reading");
    expect(await pool.note("after")).toBe("after");
    expect(pool.getPoolStats()).toMatchObject({ cancelled: 1, queued: 0, running: 0 });
  });

  test("one signal cancels ten thousand calls, and no listener is left at it", async () => {
    const pool = poolOf();
    const warnings: Error[] = [];
    const listen = (warning: Error): void => void warnings.push(warning);
    process.on("warning", listen);
    const aborter = new AbortController();
    const running = pool.pass("gate");
    const cancellable = pool.with({ signal: aborter.signal });
    const calls = Array.from({ length: 10_000 }, (_, index) => cancellable.note(`${index}`));
    aborter.abort();
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
    await until(() => running.status === "running");
    await pool.broadcast.open("gate");
    await running;
    process.off("warning", listen);
    expect(warnings).toEqual([]);
    expect(await pool.log()).toEqual(["gate in", "gate out"]);
    expect(pool.getPoolStats()).toMatchObject({ cancelled: 10_000, queued: 0, running: 0 });
  });

  test("a call that waits for an argument never runs, and the next ones do", async () => {
    const pool = poolOf();
    const call = pool.note(new Promise<string>(() => {}));
    const next = pool.note("next");
    call.cancel();
    expect(await errorOf(call)).toBeInstanceOf(CancelledError);
    expect(await next).toBe("next");
    expect(await pool.log()).toEqual(["next"]);
  });

  test("a call that waits for a limit never runs, and gives its place to those behind", async () => {
    const limits = [new CallLimit({ windowSeconds: LONG_WINDOW_SECONDS, capacity: 1 })];
    const pool = poolOf({ limits });
    await pool.note("first");
    const calls = ["second", "third"].map((text) => pool.note(text));
    calls[0]?.cancel();
    calls[1]?.cancel();
    for (const call of calls) expect(await errorOf(call)).toBeInstanceOf(CancelledError);
    await pool.drain();
    expect(pool.getPoolStats()).toMatchObject({ completed: 1, cancelled: 2, queued: 0, running: 0 });
  });

  test("of those who wait for room each gets it in turn", async () => {
    const pool = poolOf({ maxQueuedCalls: 2 });
    const full = [pool.note("a"), pool.pass("gate"), pool.note("refused")];
    const refused = full.filter(({ status }) => status === "rejected");
    expect(refused.length).toBeGreaterThanOrEqual(mode === "sync" ? 0 : 1);
    const producers = Array.from({ length: 10 }, async (_, index) => {
      await pool.ready();
      return pool.note(`${index}`);
    });
    await until(() => full[1]?.status === "running");
    await pool.broadcast.open("gate");
    expect(await Promise.all(producers)).toEqual(Array.from({ length: 10 }, (_, index) => `${index}`));
    for (const call of refused) expect(await errorOf(call)).toBeInstanceOf(QueueFullError);
  });
});

describe.each(HOSTED)("in %s mode", (mode) => {
  const poolOf = (options: object = {}) => stopped(Trying.options({ mode, graceMs: 50, ...options }).init());

  test("calls with a higher priority are first among those that wait", async () => {
    const pool = poolOf();
    const running = pool.pass("gate");
    await until(() => running.status === "running");
    const calls = [0, 5, -5, 5, 1].map((priority, index) => pool.with({ priority }).note(`${index}`));
    await pool.broadcast.open("gate");
    await Promise.all([running, ...calls]);
    expect((await pool.log()).slice(2)).toEqual(["1", "3", "4", "0", "2"]);
  });

  test("a method that is stuck behind quick ones of its own kind is found, and its worker replaced", async () => {
    const pool = poolOf();
    for (let round = 0; round < 20; round += 1)
      await Promise.all(Array.from({ length: 64 }, (_, index) => pool.note(`${index}`)));
    const first = pool.note("quick");
    const limited = pool.with({ priority: 1, timeoutMs: 100 });
    const stuck = limited.note("spin");
    const behind = limited.note("behind");
    expect(await errorOf(stuck)).toMatchObject({ code: "TIMEOUT" });
    expect(await behind).toBe("behind");
    // The reply to this one may have been on its way out when its thread was held up.
    await first.catch(() => {});
    expect(await pool.attempt()).toBe(1);
    expect(pool.getPoolStats()).toMatchObject({ timedOut: 1, restarts: 0, running: 0, queued: 0 });
  });

  test("a listener that cancels everything when a worker dies settles each call once", async () => {
    const pool = poolOf();
    await pool.attempt();
    const aborter = new AbortController();
    pool.on("workerExit", () => aborter.abort("a worker died"));
    const cancellable = pool.with({ signal: aborter.signal });
    const calls = [cancellable.exitUntil(2), ...Array.from({ length: 20 }, () => cancellable.attempt())];
    for (const { status } of await Promise.allSettled(calls)) expect(status).toBe("rejected");
    expect(await pool.attempt()).toBe(1);
    const { cancelled, failed, completed } = pool.getPoolStats();
    expect([cancelled + failed, completed]).toEqual([21, 2]);
    await pool.drain();
  });

  test("calls settle in time when they are cancelled, in whatever state; the worker goes on", async () => {
    const pool = poolOf({ graceMs: 1000 });
    await pool.attempt();
    const { id } = pool.getWorkerStats(0);
    for (let round = 0; round < 20; round += 1) {
      const aborter = new AbortController();
      const cancellable = pool.with({ signal: aborter.signal });
      const calls = [cancellable.hangUntil(2), ...Array.from({ length: 10 }, () => cancellable.note("x"))];
      if (round % 2 === 0) await until(() => calls[0]?.status === "running");
      const start = performance.now();
      aborter.abort(round);
      for (const call of calls) expect(await errorOf(call)).toMatchObject({ cause: round });
      expect(performance.now() - start).toBeLessThan(PROMPT_MS);
    }
    const further = Array.from({ length: 100 }, () => pool.attempt());
    expect(await Promise.all(further)).toEqual(Array.from({ length: 100 }, () => 1));
    expect(pool.getWorkerStats(0).id).toBe(id);
  });
});

nothingIsLeft();
