import { availableParallelism } from "node:os";
import { configure, Worker, withConfig } from "concurry";
import { expect, test } from "vitest";
import { Counter } from "#workers/counter";
import { nothingIsLeft, stoppedAfterEach } from "./support.ts";

const stopped = stoppedAfterEach();

// For good, so it stands in a file of its own: no other test sees it.
configure({
  defaults: { name: "by configure" },
  thread: { maxWorkers: 3, name: "by configure, for threads" },
});

class Configured extends Worker {
  static config = { mode: "async", name: "by the class" } as const;

  hello(): string {
    return "hello";
  }
}

test("what is nearer to the pool counts more", async () => {
  const named = (pool: { getPoolStats(): { name: string; mode: string } }) => {
    const { name, mode } = pool.getPoolStats();
    return [mode, name];
  };
  const inConfig = <T>(make: () => T): T => withConfig({ defaults: { name: "by withConfig" } }, make);
  const sync = () => stopped(Counter.options({ mode: "sync" }).init(0));
  const thread = () => stopped(Counter.options({ mode: "thread" }).init(0));
  expect(named(sync())).toEqual(["sync", "by configure"]);
  expect(named(thread())).toEqual(["thread", "by configure, for threads"]);
  expect(named(inConfig(thread))).toEqual(["thread", "by withConfig"]);
  expect(named(inConfig(() => stopped(Configured.options().init())))).toEqual(["async", "by the class"]);
  expect(named(stopped(Configured.options({ mode: "sync", name: "by hand" }).init()))).toEqual([
    "sync",
    "by hand",
  ]);
});

test("configured numbers of workers are started", async () => {
  const pool = stopped(Counter.options({ mode: "thread" }).init(0));
  expect(await pool.broadcast.add(1)).toEqual([1, 1, 1]);
  expect(pool.getPoolStats()).toMatchObject({ maxWorkers: 3, totalWorkers: 3 });
  const auto = stopped(Counter.options({ mode: "thread", maxWorkers: "auto" }).init(0));
  expect(auto.getPoolStats().maxWorkers).toBe(availableParallelism());
});

test("withConfig holds across await, nests, and ends with its function, also when that throws", async () => {
  const name = () => stopped(Counter.options({ mode: "sync" }).init(0)).getPoolStats().name;
  await withConfig({ defaults: { name: "outer" } }, async () => {
    await Promise.resolve();
    expect(name()).toBe("outer");
    expect(withConfig({ sync: { name: "inner" } }, name)).toBe("inner");
    expect(() =>
      withConfig({ defaults: { name: "failing" } }, () => {
        throw new RangeError(name());
      }),
    ).toThrow("failing");
    expect(name()).toBe("outer");
  });
  expect(name()).toBe("by configure");
});

test("the mode itself may come from the configuration", async () => {
  const pool = withConfig({ defaults: { mode: "sync" } }, () => stopped(Counter.options().init(1)));
  expect(await pool.get()).toBe(1);
  expect(() => Counter.options()).toThrow("Counter.options() needs a mode");
});

test("wrong options throw before anything is started", () => {
  expect(() => Counter.options({ mode: "sync", maxWorkers: 4 as 1 })).toThrow(
    new RangeError(
      'maxWorkers must be 1 in sync mode, got 4; for several workers use mode "thread" or "process"',
    ),
  );
  expect(() => Counter.options({ mode: "thread", maxWorker: 4 } as never)).toThrow(/maxWorkers/);
  expect(() => Counter.options({ mode: "threads" as "thread" })).toThrow(RangeError);
  expect(() => Counter.options({ mode: "ray" })).toThrow(/npm install/);
});

nothingIsLeft();
