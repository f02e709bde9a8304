import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { LONG_GRACE_MS, type StreamerPool, seen, streamerPools } from "./streamer-pools.ts";
import { errorOf, HOSTED, MODES, nothingIsLeft, until } from "./support.ts";

const streamerPool = streamerPools();

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;

describe.each(MODES)("in %s mode", (mode) => {
  test.each(["forever", "foreverLater"] as const)(
    "leaving the loop runs the generator's finally, and frees its worker (%s)",
    async (method) => {
      const pool = streamerPool(mode, { graceMs: LONG_GRACE_MS });
      for await (const item of pool[method]()) if (item === 20) break;
      expect(await seen(pool)).toMatchObject({ ended: 1 });
      const thrown = new Error("by the consumer");
      const loop = async (): Promise<void> => {
        for await (const _ of pool[method]()) throw thrown;
      };
      expect(await errorOf(loop())).toBe(thrown);
      expect(await seen(pool)).toMatchObject({ ended: 2 });
      const items = pool[method]();
      await items.next();
      expect(await errorOf(items.throw(thrown))).toBe(thrown);
      expect(await items.next()).toEqual({ done: true, value: undefined });
      const disposed = pool[method]();
      await disposed.next();
      await disposed[Symbol.asyncDispose]();
      expect(await seen(pool)).toMatchObject({ ended: 4 });
      expect(await pool.plain(1)).toBe(1);
      expect(pool.getPoolStats()).toMatchObject({ running: 0, completed: 8, failed: 0, cancelled: 0 });
    },
  );

  test("items that are asked for while the stream is left are done at once", async () => {
    const pool = streamerPool(mode);
    const items = pool.stuck(true);
    await items.next();
    const asked = items.next();
    const left = items.return(undefined);
    expect(await asked).toEqual({ done: true, value: undefined });
    expect(await items.next()).toEqual({ done: true, value: undefined });
    expect(await left).toEqual({ done: true, value: undefined });
    expect(await seen(pool)).toMatchObject({ ended: 1, aborted: 1 });
  });

  test("an error that the generator ran into ahead of a consumer who leaves is none of his", async () => {
    const pool = streamerPool(mode);
    for (let round = 0; round < 50; round++) {
      const items = pool.with({ highWaterMark: 50 }).failAfter(40);
      // From here to there the error is on its way.
      for (let taken = 0; taken <= round % 40; taken++) expect((await items.next()).done).toBe(false);
      expect(await items.return("left")).toEqual({ done: true, value: "left" });
    }
    const { made } = await seen(pool);
    for await (const _ of pool.failWhenLeft()) {
      await until(async () => (await seen(pool)).made > made);
      break;
    }
    expect(await pool.plain(1)).toBe(1);
  });

  test("what the finally of a left generator throws is thrown by the loop", async () => {
    const pool = streamerPool(mode);
    const loop = async (): Promise<void> => {
      for await (const _ of pool.failAtTheEnd()) break;
    };
    expect(await errorOf(loop())).toMatchObject({ name: "RangeError", message: "while it ended" });
    expect(await pool.plain(1)).toBe(1);
  });

  test("one that was left is no hindrance to a stop", async () => {
    const pool = streamerPool(mode);
    const items = pool.stuck(false);
    await items.next();
    const left = items.return(undefined);
    await pool.stop({ mode: "cancel" });
    expect(await left).toEqual({ done: true, value: undefined });
  });

  test("streams that were begun and forgotten let go of their worker once they are garbage", async () => {
    const pool = streamerPool(mode);
    for (let begun = 0; begun < 3; begun++) await begin(pool);
    await until(async () => {
      await turn();
      gc();
      return (await seen(pool)).ended === 3;
    });
    expect(pool.getPoolStats()).toMatchObject({ running: 0, queued: 0 });
  });
});

/** Waits for a first item, in a function of its own, so that nothing holds the stream. */
async function begin(pool: StreamerPool): Promise<void> {
  const collect = setInterval(gc, 10);
  expect((await pool.forever().next()).done).toBe(false);
  clearInterval(collect);
}

describe.each(HOSTED)("in %s mode", (mode) => {
  test("a generator that can't end is let go of with its worker", async () => {
    const pool = streamerPool(mode, { graceMs: 50 });
    for await (const _ of pool.stuck(false)) {
      // It is ahead, and waits.
      await until(async () => (await seen(pool)).made === 1);
      break;
    }
    expect(await pool.plain(1)).toBe(1);
    expect(pool.getPoolStats()).toMatchObject({ restarts: 0, cancelled: 0, failed: 0, running: 0 });
    expect(await seen(pool)).toMatchObject({ made: 0, ended: 0 });
  });

  test("a worker that dies while a left generator ends makes the loop fail", async () => {
    const pool = streamerPool(mode, { graceMs: LONG_GRACE_MS });
    const loop = async (): Promise<void> => {
      for await (const _ of pool.dieAtTheEnd()) break;
    };
    expect(await errorOf(loop())).toMatchObject({ code: "WORKER_CRASHED", exitCode: 7 });
    expect(await pool.plain(1)).toBe(1);
  });

  test("one that waits for a place is never run when it is left", async () => {
    const pool = streamerPool(mode);
    const first = pool.forever();
    await first.next();
    const second = pool.count(10);
    const asked = second.next();
    expect(await second.return("gone")).toEqual({ done: true, value: "gone" });
    expect(await asked).toEqual({ done: true, value: undefined });
    await first.return(undefined);
    await pool.plain(1);
    const { made, ended } = await seen(pool);
    expect(ended).toBe(1);
    expect(made).toBeLessThanOrEqual(16);
    expect(pool.getPoolStats()).toMatchObject({ cancelled: 1, queued: 0, running: 0 });
  });
});

nothingIsLeft();
