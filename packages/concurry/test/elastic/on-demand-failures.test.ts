import { describe, expect, test } from "vitest";
import { Elastic, Reluctant } from "#workers/elastic";
import { Gated } from "#workers/gated";
import { Limited } from "#workers/limited";
import { Mortal } from "#workers/mortal";
import { Notes } from "../death/support.ts";
import { calls as callLimit, limitOf } from "../limits-in-pools/support.ts";
import { errorOf, HOSTED, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { Census } from "./census.ts";
import { live, numbers, states } from "./support.ts";

const stopped = stoppedAfterEach();
const census = new Census();
const notes = new Notes();

describe.each(HOSTED)("in %s mode", (mode) => {
  const onDemand = { mode, onDemand: true } as const;

  test("a call that waits can be cancelled, one whose worker starts, and one that runs", async () => {
    const pool = stopped(Gated.options({ ...onDemand, maxWorkers: 1 }).init());
    const [starting, waiting, running] = [pool.note("starting"), pool.note("waiting"), pool.obey()];
    expect(states(pool)).toEqual(["starting"]);
    starting.cancel();
    waiting.cancel();
    await until(() => running.status === "running");
    running.cancel();
    for (const call of [starting, waiting, running])
      expect(await errorOf(call)).toMatchObject({ code: "CANCELLED" });
    await live(pool, 0);
    // The worker that was started for the first call was fresh, and served the third.
    expect(census.born).toBe(1);
    expect(await pool.note("later")).toBe("later");
  });

  test("a worker whose only call was cancelled while it started ends unused", async () => {
    const pool = stopped(Gated.options({ ...onDemand, maxWorkers: 2 }).init());
    const call = pool.note("never");
    call.cancel();
    await live(pool, 0);
    expect(census.born).toBe(1);
  });

  test("a worker whose call waited for a limit and was cancelled ends unused", async () => {
    const pool = stopped(Limited.options({ ...onDemand, maxWorkers: 1, limits: [callLimit(1)] }).init());
    expect(await pool.plain(1)).toBe(1);
    const waiting = pool.plain(2);
    await until(() => limitOf(pool, "callCount").waiting === 1);
    waiting.cancel();
    await live(pool, 0);
    expect(pool.getPoolStats()).toMatchObject({ cancelled: 1, queued: 0, running: 0 });
  });

  test("a call that never yields is ended by its time limit, and frees its place", async () => {
    const pool = stopped(Gated.options({ ...onDemand, maxWorkers: 1, graceMs: 20 }).init());
    const [endless, next] = [pool.with({ timeoutMs: 50 }).spin(), pool.note("next")];
    expect(await errorOf(endless)).toMatchObject({ code: "TIMEOUT", timeoutMs: 50 });
    expect(await next).toBe("next");
    expect(pool.getPoolStats()).toMatchObject({ timedOut: 1, completed: 1, restarts: 0 });
    await live(pool, 0);
  });

  test("each attempt of a call has a worker of its own", async () => {
    const pool = stopped(
      Elastic.options({ ...onDemand, maxWorkers: 1, retry: { retries: 3, waitMs: 0 } }).init(),
    );
    expect(await pool.failUntil(3)).toBe(3);
    expect(await errorOf(pool.fail("no"))).toMatchObject({ name: "RangeError", message: "no" });
    expect(pool.getPoolStats()).toMatchObject({ retried: 5, completed: 1, failed: 1 });
    expect(census.born).toBe(7);
    expect(census.most).toBe(1);
  });

  test.each([
    ["throws", "throw", /could not start: no key/],
    ["ends its worker", "exit", /died \(exit code 5\)|could not start/],
  ] as const)("a constructor that %s fails each call, and the pool lives on", async (_, how, message) => {
    const pool = stopped(Reluctant.options({ ...onDemand, maxWorkers: 2 }).init(how));
    const errors = await Promise.all(numbers(5).map(() => errorOf(pool.which())));
    for (const error of errors) {
      expect(error.message).toMatch(message);
      if (how === "throw")
        expect(error).toMatchObject({ code: "WORKER_START", cause: { message: "no key" } });
    }
    expect(pool.getPoolStats()).toMatchObject({ failed: 5, restarts: 0, onDemandActive: 0 });
    expect(states(pool)).toEqual(["asleep", "asleep"]);
    await pool.ready();
  });

  test("a worker that could not be built now may be built later", async () => {
    notes.clear();
    const weakness = { when: "constructor", how: "throw", first: notes.file } as const;
    const { Fragile } = await import("#workers/fragile");
    const pool = stopped(Fragile.options({ ...onDemand, maxWorkers: 1 }).init(weakness));
    expect(await errorOf(pool.which())).toMatchObject({ code: "WORKER_START", cause: { message: "no key" } });
    expect(await pool.which()).toBe(0);
    expect(await pool.which()).toBe(0);
  });

  test("a worker that isn't up in time fails its call", async () => {
    const pool = stopped(Reluctant.options({ ...onDemand, maxWorkers: 1, startTimeoutMs: 300 }).init("hang"));
    const [first, second] = [pool.which(), pool.which()];
    expect(await errorOf(first)).toMatchObject({ code: "WORKER_START" });
    expect(await errorOf(second)).toMatchObject({ code: "WORKER_START" });
    await live(pool, 0);
  });

  test("a worker that ends itself in its call fails this call, and no other", async () => {
    const pool = stopped(Mortal.options({ ...onDemand, maxWorkers: 2 }).init());
    const dying = [pool.exit(7), pool.exitWhileWaiting(8), pool.throwOutside("gone")];
    const others = numbers(4).map((number) => pool.echo(number));
    for (const call of dying)
      expect(await errorOf(call as PromiseLike<unknown>)).toMatchObject({
        code: "WORKER_CRASHED",
        started: true,
      });
    expect(await Promise.all(others)).toEqual(numbers(4));
    expect(pool.getPoolStats()).toMatchObject({ failed: 3, completed: 4, restarts: 0 });
    await live(pool, 0);
    expect(census.living).toBe(0);
  });

  test("a call lost with its worker is retried where that was asked for", async () => {
    const pool = stopped(Elastic.options({ ...onDemand, maxWorkers: 1 }).init());
    const retry = { retries: 1, waitMs: 0, on: () => true };
    expect(await errorOf(pool.with({ retry }).exit(3))).toMatchObject({
      code: "WORKER_CRASHED",
      exitCode: 3,
    });
    expect(pool.getPoolStats()).toMatchObject({ retried: 1, failed: 1 });
    expect(census.born).toBe(2);
  });

  test("a call whose values can't be copied fails alone, and its worker ends", async () => {
    const pool = stopped(Mortal.options({ ...onDemand, maxWorkers: 1 }).init());
    const symbol = Symbol("not cloneable");
    const [bad, good] = [pool.echo(symbol as unknown as string), pool.echo("good")];
    expect(await errorOf(bad)).toMatchObject({ code: "NOT_SERIALIZABLE" });
    expect(await good).toBe("good");
    await live(pool, 0);
  });

  test("a promise among the arguments is awaited, in whatever depth", async () => {
    const pool = stopped(Mortal.options({ ...onDemand, maxWorkers: 1 }).init());
    const deep = pool.echo({ list: [Promise.resolve(1)] });
    expect(await deep).toEqual({ list: [1] });
    expect(await pool.echo(Promise.resolve(2) as unknown as number)).toBe(2);
    await live(pool, 0);
  });
});

describe("in process mode", () => {
  test("a worker that is killed fails its call, and frees its place", async () => {
    const pool = stopped(Mortal.options({ mode: "process", onDemand: true, maxWorkers: 1 }).init());
    const [dying, next] = [pool.takeSignal("SIGKILL"), pool.echo("next")];
    expect(await errorOf(dying)).toMatchObject({ code: "WORKER_CRASHED", signal: "SIGKILL" });
    expect(await next).toBe("next");
    await live(pool, 0);
  });
});

nothingIsLeft();
