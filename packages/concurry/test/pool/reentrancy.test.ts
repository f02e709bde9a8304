import { Worker } from "concurry";
import { describe, expect, test } from "vitest";
import { Mirror } from "#workers/mirror";
import { MODES, nothingIsLeft, stoppedAfterEach, until } from "./support.ts";

const stopped = stoppedAfterEach();

class List extends Array<unknown> {}

class Clock extends Worker {
  work(milliseconds: number): number {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
    return milliseconds;
  }
}

describe.each(MODES)("in %s mode", (mode) => {
  test("a listener that cancels the other calls leaves the counts right", async () => {
    const pool = stopped(Mirror.options({ mode }).init());
    const futures = [1, 2, 3, 4, 5].map((value) => pool.echo(value));
    pool.once("callEnd", () => {
      for (const future of futures) future.cancel();
    });
    await Promise.allSettled(futures);
    await pool.stop();
    const { completed, failed, cancelled, queued, running } = pool.getPoolStats();
    expect(completed + failed + cancelled).toBe(5);
    expect({ queued, running }).toEqual({ queued: 0, running: 0 });
  });

  test("a listener that cancels the call that starts harms no worker", async () => {
    const pool = stopped(Mirror.options({ mode }).init());
    pool.once("callStart", () => first.cancel());
    const first = pool.echo({ a: 1 });
    await Promise.allSettled([first]);
    expect(await Promise.all(Array.from({ length: 100 }, (_, value) => pool.echo(value)))).toHaveLength(100);
    expect(pool.getPoolStats().restarts).toBe(0);
  });

  test("an argument whose getter throws rejects its own call, and the pool still drains", async () => {
    const pool = stopped(Mirror.options({ mode }).init());
    const hostile = {
      get [mode === "sync" || mode === "async" ? "value" : "toJSON"](): unknown {
        throw new RangeError("no");
      },
    };
    await Promise.allSettled([pool.echo([hostile])]);
    await pool.drain();
    expect(pool.getPoolStats().queued).toBe(0);
  });

  test("the first start of a worker is told of", async () => {
    const pool = stopped(Mirror.options({ mode }).init());
    const heard: number[] = [];
    pool.on("workerStart", ({ workerIndex }) => heard.push(workerIndex));
    await pool.ready();
    expect(heard).toEqual([0]);
  });
});

test.each(["thread", "process"] as const)(
  "in %s mode a promise in a container that is not looked into is refused",
  async (mode) => {
    const pool = stopped(Mirror.options({ mode }).init());
    await expect(pool.echo(List.of(Promise.resolve(1)))).rejects.toMatchObject({ code: "NOT_SERIALIZABLE" });
    expect(await pool.echo(1)).toBe(1);
  },
);

test("time that a method takes in sync mode is seen", async () => {
  const pool = stopped(Clock.options({ mode: "sync" }).init());
  const WORK_MS = 20;
  await pool.work(WORK_MS);
  const { latencyMs } = pool.getPoolStats();
  expect(latencyMs.max).toBeGreaterThanOrEqual(WORK_MS * 0.9);
  expect(pool.getWorkerStats(0).timeWorkingMs).toBeGreaterThanOrEqual(WORK_MS * 0.9);
});

test("one part of a broadcast that is done is done, while another still waits", async () => {
  const pool = stopped(Mirror.options({ mode: "thread", maxWorkers: 2 }).init());
  await Promise.all(pool.workers.map((worker) => worker.echo(1)));
  await pool.broadcast.echo(2);
  await until(() => pool.getPoolStats().completed === 4);
  expect(pool.getPoolStats().queued).toBe(0);
});

nothingIsLeft();
