import { CancelledError, callContext, type Pool, RetryError, transfer, Worker } from "concurry";
import { describe, expect, test } from "vitest";
import { Mirror } from "#workers/mirror";
import { stoppedAfterEach } from "./support.ts";

const stopped = stoppedAfterEach();

/** Does in its methods what its test says, with its own pool at hand. */
class Actor extends Worker {
  do<Result>(action: () => Result): Result {
    return action();
  }

  async later(value: number): Promise<number> {
    await Promise.resolve();
    return value;
  }
}

/** Calls of the first pool go the short way; those of the second, with its time limit, don't. */
const WAYS = [
  ["the short way", {}],
  ["the long way", { timeoutMs: 60_000 }],
] as const;

describe.each(WAYS)("a call in sync mode that goes %s", (_name, options) => {
  function start(more: Parameters<typeof Actor.options>[0] = {}): Pool<Actor> {
    return stopped(Actor.options({ mode: "sync", ...options, ...more }).init());
  }

  test("is settled when it returns, and says by whom", async () => {
    const pool = start();
    const future = pool.do(() => 1);
    expect([future.status, future.workerIndex, future.cancel()]).toEqual(["fulfilled", 0, false]);
    expect(await future).toBe(1);
  });

  test("is counted while it runs and afterwards", async () => {
    const pool = start();
    const during = await pool.do(() => pool.getPoolStats());
    expect(during).toMatchObject({ queued: 0, running: 1, completed: 0 });
    const { queued, running, completed, latencyMs, waitMs, loadBalancer, workers } = pool.getPoolStats();
    expect({ queued, running, completed }).toEqual({ queued: 0, running: 0, completed: 1 });
    expect([latencyMs.count, waitMs.count]).toEqual([1, 1]);
    expect(loadBalancer).toMatchObject({ totalDispatched: 1 });
    expect(workers[0]).toMatchObject({ callsFinished: 1, callsFailed: 0, running: 0 });
  });

  test("is over before the calls that its method makes begin, and those keep their order", async () => {
    const pool = start();
    const order: string[] = [];
    const note = (name: string) => () => void order.push(name);
    await pool.do(() => {
      for (const name of ["b", "c"]) void pool.do(note(name)).then(note(`${name} settled`));
      order.push("a");
    });
    await pool.drain();
    expect(order.slice(0, 3)).toEqual(["a", "b", "c"]);
    expect(pool.getPoolStats().completed).toBe(3);
  });

  test("a long chain of calls, each made by the one before, needs no deep stack", async () => {
    const pool = start();
    const LENGTH = 20_000;
    let made = 0;
    const next = (): void => {
      made += 1;
      if (made < LENGTH) void pool.do(next);
    };
    await pool.do(next);
    await pool.drain();
    expect(made).toBe(LENGTH);
  });

  test("is cancelled by a stop in its own method, whatever that returns then", async () => {
    const pool = start();
    const future = pool.do(() => {
      void pool.stop({ mode: "cancel" });
      return 1;
    });
    expect(future.status).toBe("cancelled");
    await expect(future).rejects.toBeInstanceOf(CancelledError);
    await pool.stop();
    expect(pool.getPoolStats()).toMatchObject({ queued: 0, running: 0, completed: 0, cancelled: 1 });
  });

  test("that throws fails with what was thrown, and the next one runs", async () => {
    const pool = start();
    const error = new RangeError("no");
    const failed = pool.do(() => {
      throw error;
    });
    expect(failed.status).toBe("rejected");
    await expect(failed).rejects.toBe(error);
    expect(await pool.do(() => 2)).toBe(2);
    expect(pool.getPoolStats()).toMatchObject({ failed: 1, completed: 1, running: 0 });
  });

  test("that throws is tried again, and so is one whose result will not do", async () => {
    const pool = start({ retry: { retries: 2, waitMs: 0 } });
    const attempt = (): number => {
      const { attempt } = callContext();
      if (attempt < 3) throw new RangeError(`attempt ${attempt}`);
      return attempt;
    };
    expect(await pool.do(attempt)).toBe(3);
    const picky = pool.with({ retry: { retries: 1, waitMs: 0, until: (result) => result === 2 } });
    expect(await picky.do(() => callContext().attempt)).toBe(2);
    await expect(picky.do(() => 7)).rejects.toBeInstanceOf(RetryError);
    const ofPool = start({ retry: { retries: 1, waitMs: 0, until: (result) => result === 2 } });
    expect(await ofPool.do(() => callContext().attempt)).toBe(2);
  });

  test("of an async method occupies the worker until it settles, and can be cancelled", async () => {
    const pool = start();
    const order: string[] = [];
    const first = pool.later(1);
    expect(first.status).toBe("running");
    const second = pool.do(() => order.push("second"));
    expect(second.status).toBe("queued");
    void first.then(() => order.push("first"));
    await second;
    await first;
    const third = pool.later(3);
    expect(third.cancel()).toBe(true);
    await expect(third).rejects.toBeInstanceOf(CancelledError);
    expect(await pool.do(() => 4)).toBe(4);
    expect(pool.getPoolStats()).toMatchObject({ completed: 3, cancelled: 1, running: 0 });
  });

  test("waits for promises among its arguments", async () => {
    const pool = start();
    const future = pool.later(Promise.resolve(5));
    expect(future.status).toBe("queued");
    expect(await future).toBe(5);
  });

  test("is told of like any other", async () => {
    const pool = start();
    const told: string[] = [];
    pool.on("callStart", ({ callId, method }) => told.push(`${method} ${callId} starts`));
    pool.on("callEnd", ({ callId, method, status, workerIndex }) =>
      told.push(`${method} ${callId} ${status} at ${workerIndex}`),
    );
    const id = await pool.do(() => callContext().callId);
    expect(told).toEqual([`do ${id} starts`, `do ${id} fulfilled at 0`]);
  });

  test("uses up the mark of a result that was to move", async () => {
    const pool = start();
    const thread = stopped(Mirror.options({ mode: "thread" }).init());
    const bytes = new Uint8Array(8);
    expect(await pool.do(() => transfer(bytes, [bytes.buffer]))).toBe(bytes);
    await thread.echo(bytes);
    expect(bytes).toHaveLength(8);
  });
});
