import Bottleneck from "bottleneck";
import { CancelledError, WorkerCrashedError } from "concurry";
import { bottleneckLimit } from "concurry/bottleneck";
import { beforeEach, describe, expect, test } from "vitest";
import { Counter } from "#workers/counter";
import { Crowded } from "#workers/crowded";
import { Notes } from "../death/support.ts";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";

const CALLS = 20;
const MOST_INSIDE = 2;

const stopped = stoppedAfterEach();
const notes = new Notes();
beforeEach(() => notes.clear());

/** The most that were inside at once, from lines in the order in which they were written. */
function mostInside(lines: readonly string[]): number {
  let inside = 0;
  return Math.max(...lines.map((line) => (line.startsWith("in ") ? ++inside : --inside)));
}

describe.each(HOSTED)("in %s mode", (mode) => {
  test("maxConcurrent holds over all workers, also when one dies", async () => {
    const limiter = new Bottleneck({ maxConcurrent: MOST_INSIDE });
    const limits = [bottleneckLimit(limiter)];
    const pool = stopped(Crowded.options({ mode, maxWorkers: 4, limits }).init(notes.file));
    const signal = mode === "process" ? "SIGKILL" : undefined;

    const calls = Array.from({ length: CALLS }, (_, visitor) =>
      visitor === 5 ? pool.stayAndDie(visitor, signal) : pool.stay(visitor),
    );
    const settled = await Promise.allSettled(calls);

    const failed = settled.filter((outcome) => outcome.status === "rejected");
    expect(failed.map(({ reason }) => reason instanceof WorkerCrashedError)).toEqual([true]);
    const lines = notes.lines();
    expect(lines).toHaveLength(2 * CALLS);
    expect(mostInside(lines)).toBeLessThanOrEqual(MOST_INSIDE);
    await until(async () => (await limiter.running()) === 0);
    expect(limiter.empty()).toBe(true);
    const { bottleneck } = pool.getPoolStats().limits;
    expect(bottleneck).toMatchObject({ kind: "gate", waiting: 0, inUse: 0 });
  });
});

describe.each(MODES)("in %s mode", (mode) => {
  test("a call cancelled while it waits never runs, and the next one is unaffected", async () => {
    const limiter = new Bottleneck({ reservoir: 0 });
    const pool = stopped(Counter.options({ mode, limits: [bottleneckLimit(limiter)] }).init());
    const cancelled = pool.add(1);
    const next = pool.add(1);
    await until(() => limiter.counts().QUEUED === 1);

    cancelled.cancel();
    expect(await errorOf(cancelled)).toBeInstanceOf(CancelledError);
    // One for the call that has gone, whose place in the limiter's queue stays.
    await limiter.incrementReservoir(2);
    expect(await next).toBe(1);
    await until(async () => (await limiter.running()) === 0);
  });

  test("a wait that is too long fails with LIMIT_TIMEOUT", async () => {
    const gate = bottleneckLimit(new Bottleneck({ reservoir: 0 }), { timeoutMs: 20 });
    const pool = stopped(Counter.options({ mode, limits: [gate] }).init());
    expect(await errorOf(pool.add(1))).toMatchObject({ code: "LIMIT_TIMEOUT", key: "bottleneck" });
  });
});

nothingIsLeft();
