import { WorkerResourcePool } from "concurry";
import { describe, expect, test } from "vitest";
import { fragile, half, later, nap, plus, square } from "#workers/tasks";
import { errorOf, HOSTED, MODES, nothingIsLeft, until } from "../pool/support.ts";
import { Counted, collect } from "./support.ts";

describe.each(MODES)("in %s mode", (mode) => {
  test("map yields the results in the order of the items, from all workers", async () => {
    await using resources = new WorkerResourcePool(2, later, { mode }).start();
    const items = Array.from({ length: 20 }, (_, index): [number, number] => [
      index,
      index % 2 === 0 ? 10 : 0,
    ]);
    expect(await collect(resources.map(items))).toEqual(items.map(([value]) => value));
    for (const { callsFinished } of resources.getStatuses()) expect(callsFinished).toBeGreaterThan(0);
  });

  test("map takes items as they are needed, and leaves the source when it is left", async () => {
    await using resources = new WorkerResourcePool(2, square, { mode }).start();
    const source = new Counted();
    for await (const result of resources.map(source)) {
      expect(result).toBeGreaterThan(0);
      if (result === 25) break;
    }
    expect(source.taken).toBeLessThanOrEqual(5 + 2 * 2);
    expect(source.isClosed).toBe(true);
  });

  test("an error of the function ends the loop, and no worker", async () => {
    await using resources = new WorkerResourcePool(2, half, { mode }).start();
    expect(await errorOf(collect(resources.map([2, 3, 4])))).toMatchObject({ name: "OddError", value: 3 });
    expect(await collect(resources.map([2, 4]))).toEqual([1, 2]);
  });

  test("the function of all workers can be changed", async () => {
    await using resources = new WorkerResourcePool<number, number>(3, undefined, { mode }).start();
    expect(await errorOf(collect(resources.map([1])))).toMatchObject({ code: "NO_USER_FUNCTION" });
    await resources.updateUserFunction(plus, 1, 1);
    expect(await collect(resources.map([1, 2, 3, 4]))).toEqual([3, 4, 5, 6]);
  });

  test("it is started once, and ends once", async () => {
    const resources = new WorkerResourcePool(2, square, { mode });
    expect(resources.anyAlive()).toBe(false);
    expect(await errorOf(collect(resources.map([1])))).toMatchObject({ code: "WORKER_DEAD" });
    resources.start();
    expect(() => resources.start()).toThrow("This WorkerResourcePool was started already.");
    expect(resources.anyAlive()).toBe(true);
    await resources.join();
    expect(resources.anyAlive()).toBe(false);
    expect(() => resources.start()).toThrow("was ended");
    await resources.terminate();
  });

  test("its means are those of its workers", async () => {
    await using resources = new WorkerResourcePool(2, nap, { mode }).start();
    expect(resources.meanMsPerCall()).toBe(0);
    await collect(resources.map([30, 30]));
    await resources.join();
    const statuses = resources.getStatuses();
    const mean = (figures: number[]): number => figures.reduce((sum, one) => sum + one, 0) / figures.length;
    expect(resources.meanEfficiency()).toBeCloseTo(mean(statuses.map(({ efficiency }) => efficiency)), 6);
    expect(resources.meanMsPerCall()).toBeCloseTo(mean(statuses.map(({ msPerCall }) => msPerCall)), 6);
    expect(resources.meanTotalEfficiency()).toBeLessThanOrEqual(resources.meanEfficiency());
    expect(resources.meanTotalEfficiency()).toBeGreaterThan(0);
  });
});

describe.each(HOSTED)("in %s mode", (mode) => {
  test("the workers that are left go on when one has died", async () => {
    await using resources = new WorkerResourcePool(2, fragile, { mode }).start();
    expect(await errorOf(collect(resources.map([1, -1])))).toMatchObject({ code: "WORKER_CRASHED" });
    expect(resources.anyAlive()).toBe(true);
    expect(await collect(resources.map([1, 2, 3]))).toEqual([1, 2, 3]);
    await resources.updateUserFunction(plus, 1, 1);
    expect(await collect(resources.map([1, 2, 3]))).toEqual([3, 4, 5]);
    await resources.updateUserFunction(fragile);
    expect(await errorOf(collect(resources.map([-1])))).toMatchObject({ code: "WORKER_CRASHED" });
    await until(() => !resources.anyAlive());
    expect(await errorOf(collect(resources.map([1])))).toMatchObject({ code: "WORKER_DEAD" });
  });

  test("a loop whose workers are ended says that they were", async () => {
    const resources = new WorkerResourcePool(2, nap, { mode }).start();
    const results = resources.map([0, 60_000]);
    expect((await results.next()).value).toBe(0);
    const rest = errorOf(results.next());
    await resources.terminate();
    expect(await rest).toMatchObject({ code: "WORKER_DEAD", cause: { code: "CANCELLED" } });
  });
});

test.each([0, 1.5, "2"])("its size can't be %j", (size) => {
  expect(() => new WorkerResourcePool(size as number, square)).toThrow(
    "size must be an integer of at least 1",
  );
});

nothingIsLeft();
