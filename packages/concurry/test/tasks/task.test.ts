import { Future, StoppedError, TimeoutError, task } from "concurry";
import { afterAll, describe, expect, test } from "vitest";
import {
  fragileInProcess,
  fragileInThread,
  halfInProcess,
  halfInThread,
  inProcess,
  inThread,
  napInProcess,
  napInThread,
  Outer,
  onceInProcess,
  onceInThread,
  square,
  untilAborted,
  whoAmI,
  whoInProcess,
  whoInThread,
} from "#workers/tasks";
import { errorOf, stoppedAfterEach, until } from "../pool/support.ts";

const stopped = stoppedAfterEach();
const LONG_MS = 60_000;

const shared = [
  ...[inThread, halfInThread, napInThread, fragileInThread, onceInThread, whoInThread],
  ...[inProcess, halfInProcess, napInProcess, fragileInProcess, onceInProcess, whoInProcess],
];
afterAll(() => Promise.all(shared.map((one) => one.stop())));

const hosted = [
  {
    mode: "thread",
    squared: inThread,
    halved: halfInThread,
    napped: napInThread,
    broken: fragileInThread,
    once: onceInThread,
    who: whoInThread,
  },
  {
    mode: "process",
    squared: inProcess,
    halved: halfInProcess,
    napped: napInProcess,
    broken: fragileInProcess,
    once: onceInProcess,
    who: whoInProcess,
  },
] as const;

describe.each(hosted)("in $mode mode", ({ mode, squared, halved, napped, broken, once, who }) => {
  test("workers start with the first call", async () => {
    expect(squared.getPoolStats()).toMatchObject({ totalWorkers: 0, maxWorkers: 1, mode, name: "square" });
    const future = squared(7);
    expect(future).toBeInstanceOf(Future);
    expect(await future).toBe(49);
    expect(squared.getPoolStats()).toMatchObject({ totalWorkers: 1, completed: 1, queued: 0 });
  });

  test("what the function throws arrives as itself", async () => {
    const error = await errorOf(halved(3));
    expect(error).toMatchObject({ name: "OddError", message: "3 is odd", value: 3 });
    expect(await halved(4)).toBe(2);
  });

  test("promises among the arguments are awaited", async () => {
    expect(await squared(Promise.resolve(3))).toBe(9);
    expect(await squared(halved(halved(12)))).toBe(9);
  });

  test("a call can be cancelled, and given a time to wait", async () => {
    const future = napped(LONG_MS);
    expect(await errorOf(future.result({ timeoutMs: 1 }))).toBeInstanceOf(TimeoutError);
    expect(future.cancel("enough")).toBe(true);
    expect(await errorOf(future)).toMatchObject({ code: "CANCELLED", cause: "enough" });
  });

  test("a function sees its own module and call, and nothing as this", async () => {
    expect(await who()).toEqual({ method: "whoAmI", isHost: true, receiver: "undefined" });
  });

  test("a death rejects the call that ran, and the next one has another worker", async () => {
    expect(await broken(1)).toBe(1);
    expect(await errorOf(broken(-1))).toMatchObject({ code: "WORKER_CRASHED", lastMethod: "fragile" });
    expect(await broken(2)).toBe(2);
    expect(broken.getPoolStats().restarts).toBe(1);
  });

  test("on demand each call has a module of its own", async () => {
    expect(once.getPoolStats()).toMatchObject({ onDemand: true, onDemandActive: 0 });
    expect(await Promise.all([once(), once(), once()])).toEqual([1, 1, 1]);
    await until(() => once.getPoolStats().onDemandActive === 0);
  });

  test("a task that a worker's method uses has its workers in that worker", async () => {
    const before = inThread.getPoolStats().completed;
    const pool = stopped(Outer.options({ mode }).init());
    expect(await pool.squares([1, 2, 3])).toEqual([1, 4, 9]);
    expect(inThread.getPoolStats().completed).toBe(before);
  });
});

test("without options a call runs on the caller's event loop", async () => {
  let seen = 0;
  const one = stopped(
    task(async (value: number) => {
      seen += value;
      return seen;
    }),
  );
  expect(one.getPoolStats().mode).toBe("async");
  const futures = [one(1), one(2)];
  expect(seen).toBe(0);
  expect(await Promise.all(futures)).toEqual([1, 3]);
});

test("in sync mode a call is settled when it returns", () => {
  const one = stopped(task(square, { mode: "sync" }));
  const future = one(3);
  expect(future.status).toBe("fulfilled");
});

test("a task in sync mode that a worker's method used first is not stopped with that worker", async () => {
  const { Worker } = await import("concurry");
  const one = stopped(task(square, { mode: "sync" }));
  class Caller extends Worker {
    call(value: number): Promise<number> {
      return one(value);
    }
  }
  const pool = stopped(Caller.options({ mode: "sync" }).init());
  expect(await pool.call(2)).toBe(4);
  await pool.stop();
  expect(await one(3)).toBe(9);
});

test("a cancelled call of a function that listens ends at once", async () => {
  const one = stopped(task(untilAborted, { mode: "async" }));
  const future = one();
  await until(() => future.status === "running");
  future.cancel("no more");
  expect(await errorOf(future)).toMatchObject({ code: "CANCELLED" });
});

test("a stopped task takes no calls, also one that was never used", async () => {
  const used = task(square, { mode: "async" });
  await used(2);
  const unused = task(square, { mode: "thread" });
  for (const one of [used, unused]) {
    await one.stop();
    await one.stop();
    expect(await errorOf(one(2))).toBeInstanceOf(StoppedError);
    expect(one.getPoolStats()).toMatchObject({ stopped: true, totalWorkers: 0 });
  }
});

test("a dispose stops it", async () => {
  let one: ReturnType<typeof makeTask>;
  {
    await using inner = makeTask();
    one = inner;
    expect(await inner(2)).toBe(4);
  }
  expect(one.getPoolStats().stopped).toBe(true);
});

function makeTask() {
  return task(square, { mode: "async" });
}

test("a task has the name and length of its function", () => {
  expect([inThread.name, inThread.length]).toEqual(["square", 1]);
  expect(whoInThread.getPoolStats().name).toBe("whoAmI");
  expect(task(whoAmI, { mode: "async", name: "who" }).getPoolStats().name).toBe("who");
  expect(task(() => 1).getPoolStats().name).toBe("task");
});

test.each([
  [() => task("square" as never), TypeError, 'The function of task() must be a function, got "square"'],
  [
    () => task(square, { mod: "thread" } as never),
    TypeError,
    /^task\(\) has no option "mod"; did you mean "mode"/,
  ],
  [() => task(square, {}), TypeError, /^task\(\) needs a mode/],
  [
    () => task(square, { mode: "sync", maxWorkers: 4 as 1 }),
    RangeError,
    /^maxWorkers must be 1 in sync mode, got 4/,
  ],
])("wrong arguments are refused at once: %s", (make, kind, message) => {
  expect(make).toThrow(kind);
  expect(make).toThrow(message);
});

test("a function of any name can be a task", async () => {
  const onStop = task(function onStop(value: number) {
    return value;
  });
  const healthCheck = task(
    function healthCheck() {
      return false;
    },
    { mode: "async", healthCheck: { intervalMs: 1 } },
  );
  expect([await onStop(1), await healthCheck(), await healthCheck()]).toEqual([1, false, false]);
  await Promise.all([onStop.stop(), healthCheck.stop()]);
});
