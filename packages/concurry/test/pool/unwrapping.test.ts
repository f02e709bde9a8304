import { type Future, SerializationError } from "concurry";
import { describe, expect, test } from "vitest";
import { Counter } from "#workers/counter";
import { Gated } from "#workers/gated";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "./support.ts";

const stopped = stoppedAfterEach();

/** A promise and its two ends. */
function open<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}

describe.each(MODES)("in %s mode", (mode) => {
  const counterPool = () => stopped(Counter.options({ mode }).init(0));

  test("promises among the arguments are awaited, other thenables too", async () => {
    const pool = counterPool();
    // biome-ignore lint/suspicious/noThenProperty: what else would be a thenable.
    const thenable = { then: (onValue: (value: number) => void) => onValue(3) };
    expect(await pool.all(1, Promise.resolve(2), thenable, pool.add(4))).toEqual([1, 2, 3, 4]);
    expect(await pool.echo(pool.echo(pool.echo("deep")))).toBe("deep");
  });

  test("promises inside arrays, plain objects, maps and sets are awaited, and the caller's objects stay as they are", async () => {
    const pool = counterPool();
    const later = Promise.resolve(1);
    const given = {
      list: [later, [Promise.resolve(2)]],
      map: new Map([["key", Promise.resolve(3)]]),
      set: new Set([Promise.resolve(4)]),
      plain: { deep: { deeper: Promise.resolve(5) } },
    };
    expect(await pool.echo(given)).toEqual({
      list: [1, [2]],
      map: new Map([["key", 3]]),
      set: new Set([4]),
      plain: { deep: { deeper: 5 } },
    });
    expect(given.list[0]).toBe(later);
  });

  test("cycles and shared parts are kept around promises", async () => {
    const pool = counterPool();
    const shared = { later: Promise.resolve("there") };
    const graph: Record<string, unknown> = { one: shared, two: shared };
    graph.self = graph;
    const echoed = (await pool.echo(graph)) as Record<string, Record<string, unknown>>;
    expect(echoed.self).toBe(echoed);
    expect(echoed.one).toBe(echoed.two);
    expect(echoed.one?.later).toBe("there");
  });

  test("a promise that rejects rejects the future with that same error, and the call never runs", async () => {
    const pool = counterPool();
    const reason = new SyntaxError("no argument");
    for (const argument of [Promise.reject(reason), [{ in: Promise.reject(reason) }]]) {
      const future = pool.add(argument as never);
      expect(await future.catch((error: unknown) => error)).toBe(reason);
      expect(future.status).toBe("rejected");
    }
    expect(await pool.get()).toBe(0);
    expect(pool.getPoolStats()).toMatchObject({ failed: 2, completed: 1 });
  });

  test("a chain across pools needs no awaits, and never blocks the caller", async () => {
    const [fetcher, processor, storer] = [counterPool(), counterPool(), counterPool()];
    const chains = Array.from({ length: 20 }, () =>
      storer.add(processor.echo(fetcher.addLater(1)) as Future<number>),
    );
    const last = chains.at(-1);
    expect(await last).toBe(210);
    expect(await fetcher.get()).toBe(20);
  });

  test("an error at the start of a chain arrives at its end", async () => {
    const pool = counterPool();
    const chain = pool.add(pool.add(pool.fail("at the start")));
    expect(await errorOf(chain)).toMatchObject({ name: "RangeError", message: "at the start" });
    expect(await pool.get()).toBe(0);
  });

  test("a call that waits for an argument is overtaken, and can be cancelled", async () => {
    const pool = counterPool();
    const [first, second] = [open<number>(), open<number>()];
    const waiting = pool.add(first.promise);
    const cancelled = pool.add(second.promise);
    expect(await pool.add(1)).toBe(1);
    expect([waiting.status, cancelled.status]).toEqual(["queued", "queued"]);
    expect(pool.getPoolStats()).toMatchObject({ queued: 2, running: 0, completed: 1 });
    expect(cancelled.cancel("not needed")).toBe(true);
    expect(await errorOf(cancelled)).toMatchObject({ code: "CANCELLED", cause: "not needed" });
    second.resolve(100);
    first.resolve(10);
    expect(await waiting).toBe(11);
    expect(await pool.get()).toBe(11);
  });

  test("stop lets a call wait for its argument, and cancels it in cancel mode", async () => {
    const draining = counterPool();
    const argument = open<number>();
    const accepted = draining.add(argument.promise);
    const end = draining.stop();
    argument.resolve(5);
    expect(await accepted).toBe(5);
    await end;
    const cancelling = counterPool();
    const never = cancelling.add(open<number>().promise);
    await cancelling.stop({ mode: "cancel" });
    expect(await errorOf(never)).toMatchObject({ code: "CANCELLED" });
  });

  test("broadcasts and workers[i] await promises, too", async () => {
    const pool = counterPool();
    expect(await pool.broadcast.add(Promise.resolve(2))).toEqual([2]);
    expect(await pool.workers[0]?.add(Promise.resolve(2))).toBe(4);
  });
});

describe.each(HOSTED)("in %s mode", (mode) => {
  test("the worker of a call that waits for an argument is chosen when it is made", async () => {
    const pool = stopped(Gated.options({ mode, maxWorkers: 2, loadBalancing: "least_active" }).init());
    await until(() => pool.getPoolStats().workers.every(({ state }) => state === "ready"));
    const argument = open<string>();
    const waiting = [pool.note(argument.promise), pool.note(argument.promise)];
    expect(waiting.map(({ workerIndex }) => workerIndex)).toEqual([0, 1]);
    expect(pool.getPoolStats().loadBalancer.activeCalls).toEqual({ 0: 1, 1: 1 });
    argument.resolve("there");
    expect(await Promise.all(waiting)).toEqual(["there", "there"]);
    expect(waiting.map(({ workerIndex }) => workerIndex)).toEqual([0, 1]);
  });

  test("without unwrapFutures a promise can't be sent", async () => {
    const pool = stopped(Counter.options({ mode, unwrapFutures: false }).init(0));
    const error = await errorOf(pool.echo([1, { later: Promise.resolve(1) }]));
    expect(error).toBeInstanceOf(SerializationError);
    expect(error).toMatchObject({ method: "echo", argument: 0, path: "[1].later" });
    expect(await pool.echo("fine")).toBe("fine");
  });

  test("a value that can't be sent rejects its own call only", async () => {
    const pool = stopped(Counter.options({ mode }).init(0));
    const calls = [pool.add(1), pool.echo({ onDone: Symbol("s") }), pool.add(1)];
    const error = await errorOf(calls[1] as Promise<unknown>);
    expect(error).toMatchObject({ code: "NOT_SERIALIZABLE", method: "echo", argument: 0, path: ".onDone" });
    expect([await calls[0], await calls[2]]).toEqual([1, 2]);
  });
});

test.each(["sync", "async"] as const)(
  "in %s mode without unwrapFutures promises pass as they are",
  async (mode) => {
    const pool = stopped(Counter.options({ mode, unwrapFutures: false }).init(0));
    const kept = { later: Promise.resolve(1) };
    expect(await pool.echo(kept)).toBe(kept);
  },
);

test("in sync and async mode instances of classes pass as they are, promises in them too", async () => {
  class Box {
    readonly later = Promise.resolve(1);
  }
  const box = new Box();
  for (const mode of ["sync", "async"] as const) {
    const pool = stopped(Counter.options({ mode }).init(0));
    expect(await pool.echo(box)).toBe(box);
  }
});

nothingIsLeft();
