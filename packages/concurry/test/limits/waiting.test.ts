import { getEventListeners } from "node:events";
import { beforeEach, describe, expect, test } from "vitest";
import { ask, beginAnew, clock, order, set } from "./asking.ts";

beforeEach(() => beginAnew());

describe("the end of a wait", () => {
  test("an abort rejects with its reason, charges nothing, and lets the next one in", async () => {
    const held = await set.acquire({ c: 5 });
    const controller = new AbortController();
    const eight = ask("eight", { c: 8, r: 5 }, { signal: controller.signal });
    void ask("five", { c: 5 });
    controller.abort("enough");

    await expect(eight).rejects.toBe("enough");
    expect(order).toEqual(["five"]);
    const { c, r } = await set.stats();
    expect([c?.inUse, c?.waiting, c?.cancelled, r?.available]).toEqual([10, 0, 1, 10]);
    held.release();
  });

  test("a signal that has aborted is heard before anything is taken", async () => {
    await expect(set.acquire({ c: 1 }, { signal: AbortSignal.abort("before") })).rejects.toBe("before");
    expect((await set.stats()).c?.granted).toBe(0);
  });

  test("one who listens earlier to the same signal grants nothing to those who end by it", async () => {
    const held = await set.acquire({ c: 10 });
    const controller = new AbortController();
    controller.signal.addEventListener("abort", () => held.release());
    const waits = [1, 2, 3].map(() => set.acquire({ c: 4 }, { signal: controller.signal }));
    const results = Promise.allSettled(waits);
    void ask("patient", { c: 10 });
    controller.abort("all");

    expect((await results).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(order).toEqual(["patient"]);
    expect((await set.stats()).c).toMatchObject({ granted: 2, cancelled: 3 });
  });

  test("thousands of waits share one listener, and leave none", async () => {
    const held = await set.acquire({ c: 10 });
    const controller = new AbortController();
    const { signal } = controller;
    const waits = Array.from({ length: 3000 }, (_, index) =>
      set.acquire({ [index % 2 ? "c" : "d"]: 10 }, { signal }),
    );
    const results = Promise.allSettled(waits);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    controller.abort();
    await results;
    held.release();

    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    expect((await set.stats()).c?.waiting).toBe(0);
  });

  test("the time limit ends it, and lets the next one in", async () => {
    await set.acquire({ r: 5, c: 1 });
    const six = ask("six", { r: 6 }, { timeoutMs: 100 });
    const refused = expect(six).rejects.toMatchObject({
      code: "LIMIT_TIMEOUT",
      key: "r",
      message: "Not granted within 100 ms: 'r' (6)",
      details: { timeoutMs: 100, waitedMs: 100, amounts: { r: 6 } },
    });
    void ask("five", { r: 5 });
    await clock.advance(99);
    expect(order).toEqual([]);
    await clock.advance(1);
    await refused;

    expect(order).toEqual(["five"]);
    expect((await set.stats()).r).toMatchObject({ waiting: 0, timedOut: 1, charged: 10 });
    expect(clock.timers).toBe(0);
  });

  test("a time limit of 0 doesn't wait, and Infinity does", async () => {
    await set.acquire({ c: 10 });

    await expect(set.acquire({ c: 1 }, { timeoutMs: 0 })).rejects.toMatchObject({ code: "LIMIT_TIMEOUT" });
    void ask("patient", { c: 1 }, { timeoutMs: Number.POSITIVE_INFINITY });
    await clock.advance(1e10);
    expect((await set.stats()).c).toMatchObject({ waiting: 1, timedOut: 1 });
  });

  test("when a limit is ready at the moment its time limit ends, it is granted", async () => {
    await set.acquire({ r: 10 });
    const lease = ask("late", { r: 1 }, { timeoutMs: 1000 });
    await clock.advance(1000);

    expect((await lease).waitedMs).toBe(1000);
  });

  test("past maxWaiters no one may wait", async () => {
    beginAnew({ maxWaiters: 1 });
    await set.acquire({ c: 10 });
    void ask("first", { c: 1 });

    await expect(set.acquire({ c: 1 })).rejects.toMatchObject({
      code: "LIMIT_QUEUE_FULL",
      details: { maxWaiters: 1 },
    });
    expect((await set.acquire({ d: 1 })).amounts).toEqual({ d: 1 });
  });

  test("closing rejects all who wait and all who come; leases stay valid", async () => {
    const held = await set.acquire({ c: 10 });
    const waits = Promise.allSettled([set.acquire({ c: 1 }), set.acquire({ c: 1 }, { timeoutMs: 50 })]);
    set.close("shutdown");
    set.close("again");

    for (const result of await waits)
      expect(result).toMatchObject({ reason: { code: "LIMIT_CLOSED", cause: "shutdown" } });
    await expect(set.acquire({ d: 1 })).rejects.toMatchObject({ code: "LIMIT_CLOSED" });
    held.update({ c: 3 });
    held.release();
    expect((await set.stats()).c).toMatchObject({ inUse: 0, waiting: 0 });
    expect(clock.timers).toBe(0);
  });
});

describe("timers", () => {
  test("run only while somebody waits, one at a time", async () => {
    const held = await set.acquire({ r: 10, c: 10 });
    expect(clock.timers).toBe(0);
    const waits = [ask("a", { c: 1 }), ask("b", { r: 1 }), ask("d", { r: 3 }, { timeoutMs: 5000 })];
    expect(clock.timers).toBe(1);
    held.release();
    await clock.advance(2000);
    await Promise.all(waits);

    expect(clock.timers).toBe(0);
    expect(order).toEqual(["a", "b", "d"]);
  });

  test("a refund lets someone in before the time that had been foreseen", async () => {
    const lease = await set.acquire({ r: 10 });
    const waiting = set.acquire({ r: 4 });
    await clock.advance(300);
    lease.update({ r: 6 });

    expect((await waiting).waitedMs).toBe(300);
  });
});
