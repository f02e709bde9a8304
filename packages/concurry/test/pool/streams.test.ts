import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Relay, Streamer } from "#workers/streamer";
import { countingEngine } from "./counting-engine.ts";
import { type StreamerPool, seen, streamerPools } from "./streamer-pools.ts";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "./support.ts";

const stopped = stoppedAfterEach();
const streamerPool = streamerPools();

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Waits until the worker has made so many items, and looks on for a while. Gives the most that were made. */
async function madeFrom(pool: StreamerPool, least: number): Promise<number> {
  await until(async () => (await seen(pool)).made >= least);
  for (let look = 0; look < 10; look++) await turn().then(() => seen(pool));
  return (await seen(pool)).made;
}

describe.each(MODES)("in %s mode", (mode) => {
  test.each(["count", "countLater"] as const)(
    "all items of a generator arrive in order, and then what it returns (%s)",
    async (method) => {
      const pool = streamerPool(mode);
      const items = pool[method](1000);
      for (let number = 1; number <= 1000; number++)
        expect(await items.next()).toEqual({ done: false, value: number });
      expect(await items.next()).toEqual({ done: true, value: "all" });
      expect(await items.next()).toEqual({ done: true, value: undefined });
      expect(await all(pool[method](0))).toEqual([]);
      expect(await seen(pool)).toMatchObject({ made: 1000, ended: 2 });
    },
  );

  test("items may be asked for before they are there: the answers come in order", async () => {
    const pool = streamerPool(mode);
    const items = pool.countLater(50);
    const answers = await Promise.all(Array.from({ length: 53 }, () => items.next()));
    expect(answers.slice(0, 50).map(({ value }) => value)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 1),
    );
    expect(answers.slice(50)).toEqual([
      { done: true, value: "all" },
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
  });

  test("nothing runs before the first item is asked for", async () => {
    const pool = streamerPool(mode);
    const items = pool.count(3);
    expect(items.status).toBe("queued");
    await pool.plain(1);
    expect(await seen(pool)).toMatchObject({ made: 0 });
    expect(pool.getPoolStats()).toMatchObject({ running: 0, queued: 0 });
    expect(await items.return("unseen")).toEqual({ done: true, value: "unseen" });
    expect(await items.next()).toEqual({ done: true, value: undefined });
    const cancelled = pool.count(3);
    expect([cancelled.cancel("why"), cancelled.status]).toEqual([true, "cancelled"]);
    expect(await errorOf(cancelled.next())).toMatchObject({ code: "CANCELLED", cause: "why" });
    expect(await cancelled.next()).toEqual({ done: true, value: undefined });
    expect(await seen(pool)).toMatchObject({ made: 0 });
    expect(pool.getPoolStats()).toMatchObject({ completed: 3, cancelled: 0 });
  });

  test.each([1, 2, 3, 16, 256])(
    "never more than %i items are made ahead of the consumer",
    async (highWaterMark) => {
      const pool = streamerPool(mode);
      const items = pool.with({ highWaterMark }).forever();
      for (const taken of [1, 2, 3, 10, 40, 200]) {
        let last = 0;
        while (last < taken) {
          last = (await items.next()).value as number;
          if (taken < 20) expect((await seen(pool)).made - last).toBeLessThanOrEqual(highWaterMark);
        }
        // Free places are told in steps of half of it.
        const made = await madeFrom(pool, taken + Math.floor(highWaterMark / 2));
        expect(made - taken).toBeLessThanOrEqual(highWaterMark);
      }
      await items.return(undefined);
    },
  );

  test("sixteen are, unless told otherwise", async () => {
    const pool = streamerPool(mode);
    const items = pool.foreverLater();
    await items.next();
    expect(await madeFrom(pool, 16)).toBe(16);
    await items.return(undefined);
  });

  test("promises among the items of a plain generator are awaited", async () => {
    const pool = streamerPool(mode);
    const items = pool.promises();
    expect((await items.next()).value).toBe("promised");
    expect((await items.next()).value).toBe("plain");
    expect(await errorOf(items.next())).toMatchObject({ name: "RangeError", message: "not kept" });
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  test("promises among the arguments are awaited", async () => {
    const pool = streamerPool(mode);
    expect(await all(pool.values([Promise.resolve(1), 2]))).toEqual([1, 2]);
    const lost = Promise.reject(new RangeError("no argument"));
    expect(await errorOf(pool.values(lost).next())).toMatchObject({ message: "no argument" });
  });

  test("callContext() is that of the stream's call, at every item", async () => {
    const pool = streamerPool(mode);
    for (const method of ["context", "contextLater"] as const) {
      const [first, second] = await Promise.all([all(pool[method]()), all(pool[method]())]);
      for (const contexts of [first, second]) {
        expect(contexts.map((context) => context.method)).toEqual([method, method, method]);
        expect(new Set(contexts.map(({ callId }) => callId)).size).toBe(1);
      }
      expect(first[0]?.callId).not.toBe(second[0]?.callId);
    }
  });

  test("a stream counts as one call, in stats and events", async () => {
    const pool = streamerPool(mode);
    const events: unknown[] = [];
    pool.on("callStart", ({ method }) => events.push(["start", method]));
    pool.on("callEnd", ({ method, status }) => events.push(["end", method, status]));
    await all(pool.count(100));
    for await (const _ of pool.forever()) break;
    expect(await errorOf(all(pool.failAfter(1)))).toMatchObject({ items: 1 });
    expect(events).toEqual([
      ["start", "count"],
      ["end", "count", "fulfilled"],
      ["start", "forever"],
      ["end", "forever", "fulfilled"],
      ["start", "failAfter"],
      ["end", "failAfter", "rejected"],
    ]);
    expect(pool.getPoolStats()).toMatchObject({ completed: 2, failed: 1, running: 0, queued: 0 });
    expect(pool.getWorkerStats(0)).toMatchObject({ callsFinished: 3, callsFailed: 1 });
  });

  test("one worker of many can be asked, all of them can't", async () => {
    const pool = streamerPool(mode);
    expect(await all(pool.workers[0]?.count(3) ?? pool.count(0))).toEqual([1, 2, 3]);
    const broadcast = pool.broadcast as unknown as { count(to: number): unknown };
    expect(() => broadcast.count(3)).toThrow(
      new TypeError(
        '"count" is a generator method, which can\'t be broadcast: iterate pool.workers[i].count(…) of each worker.',
      ),
    );
    expect(() => pool.with({ highWaterMark: 0 })).toThrow(RangeError);
    expect(() => pool.with({ highWaterMark: 1.5 })).toThrow(RangeError);
    expect(() => pool.with({ highWaterMark: "many" as unknown as number })).toThrow(TypeError);
  });

  test("a worker may consume a stream of a pool of its own, and pass it on", async () => {
    const relay = stopped(Relay.options({ mode: mode as "thread" }).init());
    expect(await relay.sum(500)).toBe(125_250);
    const evens: number[] = [];
    for await (const even of relay.evens(1000)) if (evens.push(even) === 30) break;
    expect(evens.at(-1)).toBe(60);
    expect(await relay.innerSeen()).toMatchObject([{ ended: 2 }]);
  });
});

describe.each(HOSTED)("in %s mode", (mode) => {
  test("a stream has its actor to itself until it ends; other workers go on", async () => {
    const one = streamerPool(mode);
    const items = one.forever();
    await items.next();
    const behind = one.plain(1);
    await seen(one);
    expect(behind.status).toBe("queued");
    await items.return(undefined);
    expect(await behind).toBe(1);
    const two = streamerPool(mode, { maxWorkers: 2, loadBalancing: "shared_queue" });
    const held = two.forever();
    await held.next();
    expect(await Promise.all(Array.from({ length: 100 }, (_, number) => two.plain(number)))).toHaveLength(
      100,
    );
    await held.return(undefined);
  });

  test("with more concurrency streams run side by side", async () => {
    const pool = streamerPool(mode, { concurrency: 2 });
    const streams = [pool.foreverLater(), pool.forever()] as const;
    await Promise.all(streams.map((stream) => stream.next()));
    expect(pool.getPoolStats()).toMatchObject({ running: 2 });
    await streams[0].return(undefined);
    const contexts = await all(pool.contextLater());
    expect(contexts.map(({ method }) => method)).toEqual(Array.from(contexts, () => "contextLater"));
    await streams[1].return(undefined);
  });

  test("on demand, a stream has a worker of its own until it ends", async () => {
    const pool = streamerPool(mode, { onDemand: true, maxWorkers: 2 });
    const ended: number[] = [];
    pool.on("workerExit", ({ workerId }) => ended.push(workerId));
    expect(await Promise.all([1, 2, 3].map(async (to) => (await all(pool.count(to * 100))).length))).toEqual([
      100, 200, 300,
    ]);
    for await (const item of pool.forever()) if (item > 100) break;
    await until(() => ended.length === 4);
  });

  test("buffers move, each item in a message of its own", async () => {
    const pool = streamerPool(mode);
    const buffers = await all(pool.buffers(40));
    expect(buffers.map((buffer) => new Uint8Array(buffer)[0])).toEqual([...buffers.keys()]);
  });
});

test("items travel in company: half of what may be ahead in a message", async () => {
  const engine = countingEngine();
  const pool = stopped(Streamer.options({ mode: engine }).init());
  const items = 20_000;
  expect(await all(pool.with({ highWaterMark: 256 }).count(items))).toHaveLength(items);
  const { itemsPerMessage } = engine;
  expect(itemsPerMessage.reduce((sum, count) => sum + count, 0)).toBe(items);
  expect(itemsPerMessage.toSorted((a, b) => a - b)[itemsPerMessage.length >> 1]).toBeGreaterThanOrEqual(64);
});

nothingIsLeft();
