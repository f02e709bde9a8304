import { CallLimit, LimitError, LimitSet } from "concurry";
import { describe, expect, test } from "vitest";
import { Limited } from "#workers/limited";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { calls, connections, isFree, limitOf, netOf, tokens, WINDOW_SECONDS } from "./support.ts";

const stopped = stoppedAfterEach();
const WAIT_MS = 100;

describe.each(MODES)("in %s mode", (mode) => {
  const isHosted = mode === "thread" || mode === "process";

  test("row 13: a call that is cancelled while it waits never runs, costs nothing, and holds up nobody", async () => {
    const limits = [calls(1, { methods: ["plain", "callApi"] })];
    const pool = stopped(Limited.options({ mode, limits }).init());
    await pool.plain();
    const waiting = pool.plain();
    await until(() => limitOf(pool, "callCount").waiting === 1);
    expect(waiting.status).toBe("queued");
    const behind = pool.stats();
    expect(waiting.cancel("not needed")).toBe(true);
    const error = await errorOf(waiting);
    expect(error).toMatchObject({ code: "CANCELLED", cause: "not needed" });
    await behind;
    expect(limitOf(pool, "callCount")).toMatchObject({ waiting: 0, charged: 1, cancelled: 1 });
    expect(pool.getPoolStats()).toMatchObject({ queued: 0, running: 0, completed: 2, cancelled: 1 });
  });

  test("the next one in line is granted when the first is cancelled", async () => {
    const limits = [new CallLimit({ windowSeconds: WAIT_MS / 1000, capacity: 1 })];
    const pool = stopped(Limited.options({ mode, limits, concurrency: 4 }).init());
    await pool.plain();
    const [first, second] = [pool.plain(1), pool.plain(2)];
    first.cancel();
    expect(await second).toBe(2);
    expect(netOf(pool, "callCount")).toBe(2);
  });

  test("waiting for a call's turn is no part of its time limit", async () => {
    // Much more than a call needs on a busy machine, and less than the calls wait here.
    const timeoutMs = 5 * WAIT_MS;
    const limits = [new CallLimit({ windowSeconds: (6 * WAIT_MS) / 1000, capacity: 1 })];
    const pool = stopped(Limited.options({ mode, limits, timeoutMs }).init());
    await pool.ready();
    await Promise.all([pool.plain(), pool.plain(), pool.plain()]);
    expect(pool.getPoolStats()).toMatchObject({ completed: 3, timedOut: 0 });
  });

  test.each(["cancelled", "out of time"])(
    "a call that is %s while its method waits leaves no waiter",
    async (how) => {
      const limits = [calls(), connections(1)];
      const pool = stopped(Limited.options({ mode, limits, concurrency: 4 }).init());
      await pool.keep({ connections: 1 });
      const timeoutMs = how === "cancelled" ? 20_000 : WAIT_MS;
      const waiting = pool.with({ timeoutMs }).hold({ connections: 1 }, 0);
      await until(() => limitOf(pool, "connections").waiting === 1);
      const next = pool.hold({ connections: 1 }, 0);
      if (how === "cancelled") waiting.cancel();
      expect(await errorOf(waiting)).toMatchObject({ code: how === "cancelled" ? "CANCELLED" : "TIMEOUT" });
      await until(() => limitOf(pool, "connections").waiting === 1);
      await pool.giveBack();
      expect(await next).toBeGreaterThan(0);
      expect(limitOf(pool, "connections")).toMatchObject({ granted: 2, cancelled: 1 });
      await isFree(pool, "connections");
    },
  );

  test("a method that goes on after its call was cancelled is given nothing more", async () => {
    const pool = stopped(Limited.options({ mode, limits: [calls(), tokens()], concurrency: 2 }).init());
    const call = pool.takeAfterAbort({ tokens: 5 });
    await until(() => call.status === "running");
    call.cancel();
    await errorOf(call);
    await pool.take({ tokens: 1 });
    await pool.broadcast.plain();
    expect([netOf(pool, "tokens"), netOf(pool, "callCount")]).toEqual([1, 2]);
  });

  test("an acquire that is given up by a signal rejects with its reason", async () => {
    const pool = stopped(Limited.options({ mode, limits: [connections(1)] }).init());
    await pool.keep({ connections: 1 });
    expect(await pool.giveUp({ connections: 1 })).toBe("no longer needed");
    await until(() => limitOf(pool, "connections").waiting === 0);
    await pool.giveBack();
    expect(await pool.tryTake({ connections: 1 })).toEqual({ connections: 1 });
  });

  test("tryAcquire tells at once; tryAcquireSync only where the limits are", async () => {
    const pool = stopped(Limited.options({ mode, limits: [connections(1)] }).init());
    expect(await pool.tryTake({ connections: 1 })).toEqual({ connections: 1 });
    if (isHosted) {
      const error = await errorOf(pool.tryTakeSync({ connections: 1 }));
      expect(error).toBeInstanceOf(LimitError);
      expect(error).toMatchObject({ code: "LIMIT_REMOTE" });
    } else {
      expect(await pool.tryTakeSync({ connections: 1 })).toEqual({ connections: 1 });
    }
    await pool.keep({ connections: 1 });
    expect(await pool.tryTake({ connections: 1 })).toBeNull();
    expect(await errorOf(pool.update({ connections: 2 }))).toMatchObject({ code: "LIMIT_BAD_AMOUNT" });
    await pool.update({ connections: 0 });
    await isFree(pool, "connections");
  });

  test("a lease may outlive its call", async () => {
    const pool = stopped(Limited.options({ mode, limits: [connections(1)] }).init());
    await pool.keep({ connections: 1 });
    await pool.plain();
    expect(limitOf(pool, "connections").inUse).toBe(1);
    await pool.giveBack();
    await isFree(pool, "connections");
    expect(limitOf(pool, "connections")).toMatchObject({ granted: 1, leaked: 0 });
  });

  test("a call limit of maxWaiters 0 refuses what would wait, and a retry tries again", async () => {
    const limits = new LimitSet([new CallLimit({ windowSeconds: WAIT_MS / 1000, capacity: 1 })], {
      maxWaiters: 0,
    });
    const pool = stopped(Limited.options({ mode, limits, concurrency: 3 }).init());
    await pool.ready();
    const [first, second] = await Promise.allSettled([pool.plain(1), pool.plain(2)]);
    expect(first).toMatchObject({ value: 1 });
    expect(second).toMatchObject({ reason: { code: "LIMIT_QUEUE_FULL" } });
    const retry = { retries: 50, waitMs: 10, algorithm: "linear" } as const;
    expect(await Promise.all([3, 4].map((value) => pool.with({ retry }).plain(value)))).toEqual([3, 4]);
  });

  test("limitWait tells of everyone who waited", async () => {
    const limits = [new CallLimit({ windowSeconds: WAIT_MS / 1000, capacity: 1 }), connections(1)];
    const pool = stopped(Limited.options({ mode, limits, concurrency: 4 }).init());
    const waits: { method: string; keys: readonly string[]; waitedMs: number; workerIndex: number }[] = [];
    pool.on("limitWait", (wait) => waits.push(wait));
    await Promise.all([pool.hold({ connections: 1 }, 3 * WAIT_MS), pool.hold({ connections: 1 }, 0)]);
    expect(waits.map(({ method, keys }) => [method, keys])).toEqual([
      ["hold", ["callCount"]],
      ["hold", ["connections"]],
    ]);
    for (const { waitedMs, workerIndex } of waits) {
      expect(waitedMs).toBeGreaterThan(WAIT_MS / 4);
      expect(workerIndex).toBe(0);
    }
  });

  test("with scope worker each has its own count, kept when it is restarted", async () => {
    const maxWorkers = isHosted ? 2 : 1;
    const limits = new LimitSet([calls(), connections(1)], { scope: "worker" });
    const restart = { maxRestarts: 9, windowMs: 60_000 };
    const pool = stopped(
      Limited.options({ mode, maxWorkers, limits, restart, stdio: "ignore" } as { mode: "thread" }).init(),
    );
    await pool.broadcast.keep({ connections: 1 });
    await pool.broadcast.giveBack();
    expect(limitOf(pool, "callCount")).toMatchObject({ capacity: 100 * maxWorkers, charged: maxWorkers });
    await pool.workers[0]?.plain();
    const own = pool.getWorkerStats(0).limits;
    expect(own.callCount).toMatchObject({ capacity: 100, charged: 2 });
    if (isHosted) {
      await errorOf(pool.workers[0]?.holdAndExit({ connections: 1 }) as PromiseLike<unknown>);
      expect(await pool.workers[0]?.tryTake({ connections: 1 })).toEqual({ connections: 1 });
      expect(pool.getWorkerStats(0).limits.callCount).toMatchObject({ charged: 4 });
      expect(pool.getWorkerStats(1).limits.callCount).toMatchObject({ charged: 1 });
    }
    expect(await errorOf(limits.acquire({ connections: 1 }))).toMatchObject({ code: "LIMIT_CONFIG" });
  });

  test("a worker is told the stats of its limits", async () => {
    const pool = stopped(Limited.options({ mode, limits: [calls(), connections(3)] }).init());
    await pool.keep({ connections: 2 });
    expect(await pool.stats()).toMatchObject({
      callCount: { kind: "call", capacity: 100, windowSeconds: WINDOW_SECONDS, charged: 2 },
      connections: { kind: "resource", capacity: 3, inUse: 2, available: 1 },
    });
  });

  test("stopping in drain mode waits for those who wait, in cancel mode ends them", async () => {
    const limits = [new CallLimit({ windowSeconds: WAIT_MS / 1000, capacity: 2 })];
    const pool = stopped(Limited.options({ mode, limits, concurrency: 2 }).init());
    const futures = Array.from({ length: 6 }, (_, index) => pool.plain(index));
    await pool.stop();
    expect(await Promise.all(futures)).toEqual([0, 1, 2, 3, 4, 5]);
    const other = stopped(Limited.options({ mode, limits: [calls(1)], concurrency: 2 }).init());
    const [done, ...waiting] = Array.from({ length: 4 }, () => other.plain(7));
    expect(await done).toBe(7);
    await other.stop({ mode: "cancel" });
    for (const future of waiting) expect(await errorOf(future)).toMatchObject({ code: "CANCELLED" });
    expect(netOf(other, "callCount")).toBe(1);
  });
});

test.each(HOSTED)("a call that moves to another worker (%s) is not charged again", async (mode) => {
  const restart = { maxRestarts: 9, windowMs: 60_000 };
  const pool = stopped(
    Limited.options({ mode, maxWorkers: 2, limits: [calls()], restart, stdio: "ignore" }).init(),
  );
  await pool.broadcast.plain();
  const futures = Array.from({ length: 8 }, (_, index) => (index === 0 ? pool.exit() : pool.plain(index)));
  const outcomes = await Promise.allSettled(futures);
  expect(outcomes.filter(({ status }) => status === "fulfilled").length).toBe(7);
  expect(netOf(pool, "callCount")).toBe(8);
});

nothingIsLeft();
