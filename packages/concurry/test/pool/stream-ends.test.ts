import { CallLimit } from "concurry";
import { describe, expect, test } from "vitest";
import { LONG_GRACE_MS, seen, streamerPools } from "./streamer-pools.ts";
import { errorOf, HOSTED, MODES, nothingIsLeft, until } from "./support.ts";

const streamerPool = streamerPools();

/** Iterates until it fails: the items, and with what. */
async function failed(items: AsyncIterable<unknown>): Promise<{ items: unknown[]; error: unknown }> {
  const list: unknown[] = [];
  const loop = async (): Promise<void> => {
    for await (const item of items) list.push(item);
  };
  const error = await errorOf(loop());
  return { items: list, error };
}

describe.each(MODES)("in %s mode", (mode) => {
  test("an error of the generator comes after its items, once, as itself", async () => {
    const pool = streamerPool(mode);
    const items = pool.failAfter(40);
    const { items: before, error } = await failed(items);
    expect(before).toHaveLength(40);
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ message: "after 40", items: 40 });
    expect(await items.next()).toEqual({ done: true, value: undefined });
    expect(items.status).toBe("rejected");
  });

  test("a cancelled stream ends at once, without what has come meanwhile", async () => {
    const pool = streamerPool(mode, { graceMs: LONG_GRACE_MS });
    const items = pool.forever();
    await items.next();
    expect(items.cancel("enough")).toBe(true);
    expect(await errorOf(items.next())).toMatchObject({ code: "CANCELLED", cause: "enough" });
    expect(await items.next()).toEqual({ done: true, value: undefined });
    expect([items.status, items.cancel()]).toEqual(["cancelled", false]);
    const controller = new AbortController();
    const bySignal = pool.with({ signal: controller.signal }).stuck(true);
    await bySignal.next();
    const asked = errorOf(bySignal.next());
    controller.abort("by signal");
    expect(await asked).toMatchObject({ code: "CANCELLED", cause: "by signal" });
    await until(async () => (await seen(pool)).ended === 2);
    expect(await pool.plain(1)).toBe(1);
    expect(pool.getPoolStats()).toMatchObject({ cancelled: 2, running: 0 });
  });

  test("a time limit is one of the whole stream", async () => {
    const pool = streamerPool(mode);
    const { items, error } = await failed(pool.with({ timeoutMs: 60 }).foreverLater());
    expect(items.length).toBeGreaterThan(0);
    expect(error).toMatchObject({ code: "TIMEOUT", timeoutMs: 60 });
    await until(async () => (await seen(pool)).ended === 1);
    expect(pool.getPoolStats()).toMatchObject({ timedOut: 1, running: 0 });
  });

  test("a stream is tried again before its first item, and never after it", async () => {
    const pool = streamerPool(mode, { retry: { retries: 3, waitMs: 0, until: () => false } });
    const early = pool.failUntil(3, 0);
    expect(await early.next()).toEqual({ done: false, value: "attempt 3" });
    expect(await early.next()).toEqual({ done: true, value: undefined });
    const { items, error } = await failed(pool.failUntil(3, 2));
    expect(items).toEqual(["early 1", "early 1"]);
    expect(error).toMatchObject({ message: "attempt 1" });
    expect(pool.getPoolStats()).toMatchObject({ retried: 2, failed: 1, completed: 1 });
  });

  test("a draining stop lets a stream finish, a cancelling one doesn't", async () => {
    const draining = streamerPool(mode);
    const items = draining.count(100);
    await items.next();
    const stop = draining.stop();
    let last: unknown;
    for await (const item of items) last = item;
    expect(last).toBe(100);
    await stop;
    expect(await errorOf(draining.count(1).next())).toMatchObject({ code: "STOPPED" });
    const cancelling = streamerPool(mode);
    const cut = cancelling.forever();
    await cut.next();
    const asked = failed(cut);
    await cancelling.stop({ mode: "cancel" });
    expect((await asked).error).toMatchObject({ code: "CANCELLED", cause: { code: "STOPPED" } });
  });

  test("limits are charged once, and given back when the stream ends", async () => {
    const limits = [new CallLimit({ windowSeconds: 3600, capacity: 2 })];
    const pool = streamerPool(mode, { limits });
    for await (const item of pool.forever()) if (item === 50) break;
    for await (const item of pool.forever()) if (item === 50) break;
    const third = pool.with({ timeoutMs: 1000 }).count(1);
    const asked = third.next();
    expect(third.status).toBe("queued");
    expect(await third.return(undefined)).toEqual({ done: true, value: undefined });
    expect(await asked).toEqual({ done: true, value: undefined });
  });

  test("a full pool refuses a stream when it is begun", async () => {
    const pool = streamerPool(mode, { maxQueuedCalls: 1 });
    const items = pool.forever();
    await items.next();
    expect(await errorOf(pool.count(1).next())).toMatchObject({ code: "QUEUE_FULL" });
    await items.return(undefined);
  });
});

describe.each(HOSTED)("in %s mode", (mode) => {
  test("its stack tells where it was thrown, and who waited for the item", async () => {
    const pool = streamerPool(mode);
    async function consumer(): Promise<void> {
      for await (const _ of pool.failAfter(2));
    }
    const { stack } = await errorOf(consumer());
    expect(stack).toContain("failAfter");
    expect(stack).toContain("at consumer");
  });

  test("the death of a worker comes after the items that it made", async () => {
    const pool = streamerPool(mode);
    const { items, error } = await failed(pool.dieAfter(5));
    expect(items).toEqual([1, 2, 3, 4, 5]);
    expect(error).toMatchObject({
      code: "WORKER_CRASHED",
      exitCode: 7,
      lastMethod: "dieAfter",
      started: true,
    });
    expect(await pool.plain(1)).toBe(1);
  });

  test("an item that can't be sent ends the stream, and its generator", async () => {
    const pool = streamerPool(mode);
    const { items, error } = await failed(pool.uncloneable());
    expect(items).toEqual([1]);
    expect(error).toMatchObject({
      code: "NOT_SERIALIZABLE",
      method: "uncloneable",
      path: ".inner",
      message: expect.stringMatching(
        /^An item of uncloneable\(\) can't be sent to the caller: \.inner is a function/,
      ),
    });
    expect(await seen(pool)).toMatchObject({ ended: 1 });
  });

  test("a generator of a method that is no generator function is refused, with the way out", async () => {
    const pool = streamerPool(mode);
    expect(await errorOf(pool.disguised() as PromiseLike<unknown>)).toMatchObject({
      code: "NOT_SERIALIZABLE",
      message: expect.stringContaining("itself declared with a * is a stream"),
    });
  });
});

nothingIsLeft();
