import type { Pool } from "concurry";
import { describe, expect, test } from "vitest";
import { Counter } from "#workers/counter";
import { FailingMaker, LateFailingMaker, Maker, type Shelf, SlowMaker } from "#workers/inner-makers";
import { errorOf, nothingIsLeft, stoppedAfterEach, until } from "./support.ts";

const stopped = stoppedAfterEach();

function shelf(gate: Promise<void> = Promise.resolve()): Shelf {
  return { pools: [], gate };
}

function areStopped({ pools }: Shelf): boolean[] {
  return pools.map((pool) => pool.stopped);
}

function liveWorkers({ pools }: Shelf): number {
  return pools.reduce((sum, pool) => sum + pool.getPoolStats().totalWorkers, 0);
}

describe.each(["sync", "async"] as const)("in %s mode", (mode) => {
  function maker(made: Shelf): Pool<Maker> {
    return stopped(Maker.options({ mode }).init(made));
  }

  test("all pools that the worker's methods make end with it", async () => {
    const made = shelf();
    const pool = maker(made);
    await Promise.all([pool.make(), pool.makeLater(), pool.broadcast.make(), pool.broadcast.makeLater()]);
    expect(areStopped(made)).toEqual([false, false, false, false]);
    await pool.stop();
    expect([areStopped(made), liveWorkers(made)]).toEqual([[true, true, true, true], 0]);
  });

  test("pools of another worker, of the caller and of nobody stay", async () => {
    const [ones, others] = [shelf(), shelf()];
    const own = stopped(Counter.options({ mode: "thread" }).init(0));
    const [one, other] = [maker(ones), maker(others)];
    await Promise.all([one.makeLater(), other.make(), one.ask(own)]);
    const afterwards = stopped(Counter.options({ mode: "thread" }).init(0));
    await one.stop();
    expect([areStopped(ones), areStopped(others), own.stopped]).toEqual([[true], [false], false]);
    expect(await Promise.all([own.add(1), afterwards.add(1)])).toEqual([2, 1]);
  });

  test("a pool that its maker has stopped is not stopped again", async () => {
    const made = shelf();
    const pool = maker(made);
    await pool.make();
    await made.pools[0]?.stop();
    await pool.stop();
    expect(liveWorkers(made)).toBe(0);
  });

  test("a draining stop lets the calls finish that were made to pools inside", async () => {
    const made = shelf();
    const pool = maker(made);
    await pool.make();
    const calls = Array.from({ length: 20 }, () => made.pools[0]?.addLater(1));
    await pool.stop();
    expect((await Promise.all(calls)).at(-1)).toBe(20);
  });

  test.each([
    ["its constructor", FailingMaker],
    ["its onStart", LateFailingMaker],
  ])("a worker that fails in %s takes the pool with it that it has made", async (_, workerClass) => {
    const made = shelf();
    const pool = stopped(workerClass.options({ mode }).init(made));
    const error = await errorOf(pool.make());
    expect(error).toMatchObject({ code: "WORKER_START", cause: { message: "no such model" } });
    await until(() => made.pools.length > 0 && areStopped(made).every(Boolean));
    expect(liveWorkers(made)).toBe(0);
  });

  test("a pool that is made when the worker has ended already is stopped at once", async () => {
    let open: () => void = () => {};
    const made = shelf(
      new Promise((resolve) => {
        open = resolve;
      }),
    );
    const pool = stopped(SlowMaker.options({ mode }).init(made));
    await pool.stop({ mode: "cancel" });
    open();
    await until(() => made.pools.length === 1 && areStopped(made).every(Boolean) && liveWorkers(made) === 0);
    expect(await errorOf(made.pools[0]?.add(1) as Promise<number>)).toMatchObject({ code: "STOPPED" });
  });
});

nothingIsLeft();
