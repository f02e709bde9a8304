import { task } from "concurry";
import { afterAll, describe, expect, test } from "vitest";
import {
  fragileInProcess,
  fragileInThread,
  halfInProcess,
  halfInThread,
  later,
  nap,
  napInProcess,
  napInThread,
  square,
} from "#workers/tasks";
import { errorOf, stoppedAfterEach, until } from "../pool/support.ts";
import { Counted, collect } from "./support.ts";

const stopped = stoppedAfterEach();
const shared = [halfInThread, fragileInThread, napInThread, halfInProcess, fragileInProcess, napInProcess];
afterAll(() => Promise.all(shared.map((one) => one.stop())));

const even = (count: number): number[] => Array.from({ length: count }, (_, index) => 2 * index);

describe.each([
  { mode: "thread", halved: halfInThread, napped: napInThread, broken: fragileInThread },
  { mode: "process", halved: halfInProcess, napped: napInProcess, broken: fragileInProcess },
] as const)("in $mode mode", ({ halved, napped, broken }) => {
  test("results come in the order of the items", async () => {
    expect(await collect(halved.map(even(1000)))).toEqual(even(1000).map((value) => value / 2));
  });

  test("a hundred waits of 50 ms over four workers take less than 2 s", async () => {
    await Promise.all([napped(0), napped(0), napped(0), napped(0)]);
    const startedAt = performance.now();
    const results = await collect(napped.map(Array.from({ length: 100 }, () => 50)));
    expect(results).toHaveLength(100);
    expect(performance.now() - startedAt).toBeLessThan(2000);
    for (const { callsFinished } of napped.getPoolStats().workers) expect(callsFinished).toBeGreaterThan(10);
  });

  test("an error in the middle ends the loop in its place, and closes the source", async () => {
    const source = new Counted();
    const seen: number[] = [];
    const error = await errorOf(
      (async () => {
        for await (const result of halved.map(addThreeAfter(source))) seen.push(result);
      })(),
    );
    expect(error).toMatchObject({ name: "OddError", value: 7 });
    expect(seen).toEqual([1, 2, 3]);
    expect(source.isClosed).toBe(true);
    await until(() => halved.getPoolStats().queued + halved.getPoolStats().running === 0);
  });

  test("the death of a worker in the middle is an error in its place", async () => {
    const seen: number[] = [];
    const results = broken.map([1, 2, -1, 3], { concurrency: 1 });
    const error = await errorOf(
      (async () => {
        for await (const result of results) seen.push(result);
      })(),
    );
    expect(error).toMatchObject({ code: "WORKER_CRASHED" });
    expect(seen).toEqual([1, 2]);
    expect(await collect(broken.map([4, 5]))).toEqual([4, 5]);
  });
});

/** Even numbers up to six, then an odd one. */
function* addThreeAfter(source: Counted): Generator<number> {
  for (const value of source) yield value > 3 ? 2 * value - 1 : 2 * value;
}

test("without the order results come as they are done", async () => {
  const one = stopped(task(later, { mode: "async" }));
  const items: [number, number][] = [
    [1, 200],
    [2, 0],
    [3, 0],
  ];
  expect(await collect(one.map(items))).toEqual([1, 2, 3]);
  expect((await collect(one.map(items, { ordered: false }))).at(-1)).toBe(1);
});

test("nothing is taken before the first result is asked for", async () => {
  const one = stopped(task(square, { mode: "async" }));
  const source = new Counted();
  const results = one.map(source, { concurrency: 2 });
  await one(1);
  expect(source.taken).toBe(0);
  await results.next();
  expect(source.taken).toBeGreaterThan(0);
  await results.return?.();
  expect(source.isClosed).toBe(true);
});

describe.each([true, false])("with ordered: %s", (ordered) => {
  test("no more is taken than may be open and wait", async () => {
    const one = stopped(task(square, { mode: "async" }));
    const source = new Counted();
    let received = 0;
    for await (const result of one.map(source, { ordered, concurrency: 3 })) {
      received += 1;
      // All that can be done ahead of this loop is done by then.
      for (let turn = 0; turn < 20; turn += 1) await one(0);
      expect(result).toBeGreaterThan(0);
      expect(source.taken - received).toBeLessThanOrEqual(2 * 3);
      if (received === 50) break;
    }
    expect(source.isClosed).toBe(true);
  });

  test("no more calls are open than concurrency says", async () => {
    let open = 0;
    let most = 0;
    const one = stopped(
      task(async (value: number) => {
        open += 1;
        most = Math.max(most, open);
        await nap(1);
        open -= 1;
        return value;
      }),
    );
    expect(await collect(one.map(new Counted(30), { ordered, concurrency: 4 }))).toHaveLength(30);
    expect(most).toBe(4);
  });

  test("leaving the loop cancels what waits, and lets what runs finish", async () => {
    const begun: number[] = [];
    let finish!: () => void;
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const one = stopped(
      task(
        async (value: number) => {
          begun.push(value);
          if (value > 1) await gate;
          return value;
        },
        { mode: "async", concurrency: 2 },
      ),
    );
    const source = new Counted();
    for await (const first of one.map(source, { ordered, concurrency: 6 })) {
      expect(first).toBe(1);
      await until(() => begun.length === 3);
      break;
    }
    expect(source.isClosed).toBe(true);
    const { cancelled, running } = one.getPoolStats();
    expect(running).toBe(2);
    expect(cancelled).toBeGreaterThan(0);
    finish();
    await until(() => one.getPoolStats().running === 0);
    expect(begun).toEqual([1, 2, 3]);
  });
});

test("a pool that is stopped ends the loop", async () => {
  const one = task(square);
  const seen: number[] = [];
  const loop = (async () => {
    for await (const result of one.map(new Counted(), { concurrency: 2 })) {
      seen.push(result);
      if (seen.length === 3) void one.stop();
    }
  })();
  expect(await errorOf(loop)).toMatchObject({ code: "STOPPED" });
  expect(seen.length).toBeGreaterThanOrEqual(3);
});

test("a pool that takes few calls is never asked for more", async () => {
  const one = stopped(task(square, { mode: "async", maxQueuedCalls: 2 }));
  expect(await collect(one.map(new Counted(20), { concurrency: 10 }))).toHaveLength(20);
});

test("a million items leave nothing behind", async () => {
  const MILLION = 1_000_000;
  const one = stopped(task((value: number) => value, { mode: "sync" }));
  let sum = 0;
  for await (const value of one.map(new Counted(MILLION), { concurrency: 8 })) sum += value;
  expect(sum).toBe((MILLION * (MILLION + 1)) / 2);
  expect(one.getPoolStats()).toMatchObject({ completed: MILLION, queued: 0, running: 0 });
});

test.each([
  [() => task(square).map(5 as never), "The items of square.map() must be iterable or async iterable, got 5"],
  [() => task(square).map([], { concurrency: 0 }), "concurrency must be an integer of at least 1, got 0"],
  [
    () => task(square).map([], { order: true } as never),
    'square.map() has no option "order"; did you mean "ordered"?',
  ],
])("wrong arguments are refused at once: %s", (make, message) => {
  expect(make).toThrow(message);
});
