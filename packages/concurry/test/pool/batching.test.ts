import type { Engine } from "concurry";
import { expect, test } from "vitest";
import { Counter } from "#workers/counter";
import { countingEngine } from "./counting-engine.ts";
import { errorOf, nothingIsLeft, stoppedAfterEach } from "./support.ts";

const stopped = stoppedAfterEach();
const OUTSTANDING = 64;
const CALLS = 20_000;
const WARM_UP = 5_000;

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0;
}

/** Keeps so many calls open, until so many were made: each call that returns makes the next. */
async function loop(call: () => Promise<unknown>, calls: number): Promise<void> {
  let left = calls;
  const line = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await call();
    }
  };
  await Promise.all(Array.from({ length: OUTSTANDING }, line));
}

test("tiny calls travel in company: at least sixteen in a message, in the median", async () => {
  const engine = countingEngine();
  const pool = stopped(Counter.options({ mode: engine }).init(0));
  await loop(() => pool.add(1), WARM_UP);
  engine.callsPerMessage.length = 0;
  await loop(() => pool.add(1), CALLS);
  expect(engine.callsPerMessage.reduce((sum, calls) => sum + calls, 0)).toBe(CALLS);
  expect(median(engine.callsPerMessage)).toBeGreaterThanOrEqual(16);
  expect(await pool.get()).toBe(WARM_UP + CALLS);
});

test("a burst is one message for each turn, after a first call that doesn't wait for company", async () => {
  const engine = countingEngine();
  const pool = stopped(Counter.options({ mode: engine }).init(0));
  await loop(() => pool.add(1), WARM_UP);
  engine.callsPerMessage.length = 0;
  const burst = Array.from({ length: 40 }, () => pool.add(1));
  await Promise.all(burst);
  expect(engine.callsPerMessage.length).toBeLessThanOrEqual(2);
  expect(engine.callsPerMessage.reduce((sum, calls) => sum + calls, 0)).toBe(40);
});

test("a lone call leaves at once", async () => {
  const engine = countingEngine();
  const pool = stopped(Counter.options({ mode: engine }).init(0));
  await pool.add(1);
  engine.callsPerMessage.length = 0;
  const call = pool.add(1);
  expect(engine.callsPerMessage).toEqual([1]);
  expect(await call).toBe(2);
});

test("an engine of one's own is told what to start, and stands in the stats", async () => {
  const engine = countingEngine();
  const actorOptions = { gpus: 1 };
  const pool = stopped(Counter.options({ mode: engine, maxWorkers: 2, name: "tally", actorOptions }).init(7));
  expect(await pool.broadcast.get()).toEqual([7, 7]);
  expect(pool.getPoolStats().mode).toBe("counted");
  expect(engine.specs).toMatchObject([
    { name: "tally", workerIndex: 0, actorOptions, concurrency: 1, locator: { className: "Counter" } },
    { name: "tally", workerIndex: 1 },
  ]);
});

test("an engine may take its time, and may fail", async () => {
  const inner = countingEngine();
  const slow: Engine = {
    name: "slow",
    wire: "clone",
    spawn: async (spec, signal) => {
      await new Promise((resolve) => setImmediate(resolve));
      return inner.spawn(spec, signal);
    },
  };
  const pool = stopped(Counter.options({ mode: slow }).init(0));
  expect(await pool.add(1)).toBe(1);
  await pool.stop();
  const unused = stopped(Counter.options({ mode: slow }).init(0));
  await unused.stop();
  const spawn = async () => Promise.reject(new SyntaxError("no machine"));
  const failing = stopped(
    Counter.options({ mode: { name: "failing", wire: "clone", spawn }, restart: false }).init(0),
  );
  const error = await errorOf(failing.add(1));
  expect(error.message).toContain("no machine");
});

nothingIsLeft();
