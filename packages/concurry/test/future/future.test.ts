import { setImmediate as turn } from "node:timers/promises";
import { inspect } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { TimeoutError } from "../../src/errors/call-errors.ts";
import { Future } from "../../src/future/future.ts";
import { RemoteFailure } from "../../src/future/remote-failure.ts";
import { testCall } from "./test-call.ts";

describe("a future", () => {
  test("is a promise of the call's value", async () => {
    const { call, future } = testCall<number>();
    expect(future).toBeInstanceOf(Promise);
    expect(future).toBeInstanceOf(Future);
    call.fulfil(7);
    expect(await future).toBe(7);
    expect(await Promise.all([future, 8])).toEqual([7, 8]);
  });

  test("rejects with a local error as it is, and with what a remote failure decodes to", async () => {
    const local = testCall();
    const error = new RangeError("here");
    local.call.fail(error);
    await expect(local.future).rejects.toBe(error);

    const remote = testCall();
    const decode = vi.fn(() => error);
    remote.call.fail(new RemoteFailure(decode));
    await expect(remote.future).rejects.toBe(error);
    expect(decode).toHaveBeenCalledTimes(1);
  });

  test.each([
    ["undefined", undefined],
    ["a string", "no"],
    ["a number", 0],
  ])("passes on %s that was thrown", async (_what, value) => {
    const { call, future } = testCall();
    call.fail(new RemoteFailure(() => value));
    expect(
      await future.then(
        () => "fulfilled",
        (reason: unknown) => [reason],
      ),
    ).toEqual([value]);
  });

  test("a failure that can't be decoded rejects with the error of the decoder", async () => {
    const { call, future } = testCall();
    call.fail(
      new RemoteFailure(() => {
        throw new TypeError("garbled");
      }),
    );
    await expect(future).rejects.toThrow("garbled");
  });

  test("settles once: what comes later is ignored", async () => {
    const failed = testCall();
    failed.call.fail(new Error("first"));
    failed.call.fail(new Error("second"));
    failed.call.fulfil(1);
    await expect(failed.future).rejects.toThrow("first");

    const fulfilled = testCall();
    fulfilled.call.fulfil(1);
    fulfilled.call.fail(new Error("late"));
    expect(await fulfilled.future).toBe(1);
  });

  test("derives ordinary promises", async () => {
    const { call, future } = testCall<number>();
    const asynchronous = async (): Promise<number> => future;
    const derived = [
      future.then(),
      future.catch(() => 0),
      future.finally(() => {}),
      future.result(),
      asynchronous(),
    ];
    for (const promise of derived) {
      expect(Object.getPrototypeOf(promise)).toBe(Promise.prototype);
    }
    call.fulfil(3);
    expect(await Promise.all(derived)).toEqual([3, 3, 3, 3, 3]);
  });

  test("asks its call for status, worker and cancellation", async () => {
    const { call, future } = testCall();
    expect([future.status, future.workerIndex]).toEqual(["queued", undefined]);
    Object.assign(call, { status: "running", workerIndex: 2 });
    expect([future.status, future.workerIndex]).toEqual(["running", 2]);
    expect(future.cancel("enough")).toBe(true);
    expect(future.cancel()).toBe(false);
    expect(call.reasons).toEqual(["enough", undefined]);
    expect(future.status).toBe("cancelled");
    await expect(future).rejects.toBe("enough");
  });

  test("can't be made by hand", () => {
    const Constructor = Future as unknown as new (executor: () => void) => unknown;
    expect(() => new Constructor(() => {})).toThrow(TypeError);
    expect(() => Future.resolve(1)).toThrow(TypeError);
    expect(() => (Future.prototype as Future<unknown>).status).toThrow(TypeError);
  });

  test("prints its state, not the insides of the pool", () => {
    const { call, future } = testCall();
    call.workerIndex = 1;
    expect(inspect(future)).toBe("Future { status: 'queued', workerIndex: 1 }");
    expect(inspect({ nested: { future } })).toContain("Future { status: 'queued', workerIndex: 1 }");
    expect(inspect(Future.prototype)).toBe("Future {}");
  });
});

describe("result", () => {
  test("is the value, or the failure, when the call settles in time", async () => {
    const first = testCall<string>();
    const value = first.future.result({ timeoutMs: 60_000 });
    first.call.fulfil("done");
    expect(await value).toBe("done");

    const second = testCall();
    const failure = second.future.result({ timeoutMs: 60_000 });
    second.call.fail(new RemoteFailure(() => new RangeError("no")));
    await expect(failure).rejects.toThrow(RangeError);
    await expect(second.future.result()).rejects.toThrow(RangeError);
  });

  test("rejects with a TimeoutError at the time limit, and the work goes on", async () => {
    const { call, future } = testCall<string>();
    const error: unknown = await future.result({ timeoutMs: 5 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ name: "TimeoutError", code: "TIMEOUT", timeoutMs: 5 });
    expect(future.status).toBe("queued");
    call.fulfil("late");
    expect(await future).toBe("late");
  });

  test("with a limit of 0 tells whether the value is there", async () => {
    const { call, future } = testCall<number>();
    await expect(future.result({ timeoutMs: 0 })).rejects.toBeInstanceOf(TimeoutError);
    call.fulfil(1);
    expect(await future.result({ timeoutMs: 0 })).toBe(1);
  });

  test("leaves no timer behind, whichever way it ends", async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const before = timers();
    const fulfilled = testCall();
    const failed = testCall();
    const results = Promise.allSettled([
      fulfilled.future.result({ timeoutMs: 60_000 }),
      failed.future.result({ timeoutMs: 60_000 }),
    ]);
    expect(timers()).toBe(before + 2);
    fulfilled.call.fulfil(1);
    failed.call.fail(new Error("no"));
    await results;
    expect(timers()).toBe(before);
  });

  test.each([
    ["-1", -1, RangeError],
    ["NaN", Number.NaN, RangeError],
    ["2^31", 2 ** 31, RangeError],
    ["a string", "5", TypeError],
  ])("%s is no time limit", (_what, timeoutMs, errorClass) => {
    const { future } = testCall();
    expect(() => future.result({ timeoutMs: timeoutMs as number })).toThrow(errorClass);
  });
});

describe("a future is observed", () => {
  const LOOKS: readonly (readonly [string, (future: Future<unknown>) => unknown])[] = [
    ["await", async (future) => await future],
    [
      "then",
      (future) =>
        future.then(
          () => {},
          () => {},
        ),
    ],
    ["catch", (future) => future.catch(() => {})],
    ["finally", (future) => future.finally(() => {}).catch(() => {})],
    ["result()", (future) => future.result().catch(() => {})],
    ["result({ timeoutMs })", (future) => future.result({ timeoutMs: 1000 }).catch(() => {})],
    ["Promise.all", (future) => Promise.all([future]).catch(() => {})],
    ["Promise.race", (future) => Promise.race([future]).catch(() => {})],
    ["Promise.any", (future) => Promise.any([future]).catch(() => {})],
    ["Promise.allSettled", (future) => Promise.allSettled([future])],
    ["Promise.resolve().then(() => future)", (future) => Promise.resolve().then(() => future)],
    ["return from an async function", async (future) => future],
    [
      "for await",
      async (future) => {
        for await (const value of [future]) return value;
      },
    ],
    [
      "yield in an async generator",
      (future) =>
        (async function* () {
          yield future;
        })().next(),
    ],
  ];

  test.each(LOOKS)("by %s", async (_name, look) => {
    const { call, future } = testCall();
    const looked = look(future);
    await turn();
    expect(call.observed).toBe(true);
    call.fulfil(1);
    await looked;
  });

  test.each([
    ["nothing", () => undefined],
    ["asking for its status", (future: Future<unknown>) => future.status],
    ["asking for its worker", (future: Future<unknown>) => future.workerIndex],
    ["cancel", (future: Future<unknown>) => future.cancel()],
    ["instanceof", (future: Future<unknown>) => future instanceof Promise && future instanceof Future],
    ["keeping it in an object", (future: Future<unknown>) => ({ future })],
  ])("not by %s", async (_name, look) => {
    const { call, future } = testCall();
    look(future);
    await turn();
    expect(call.observed).toBe(false);
  });

  test("not by being rejected", async () => {
    for (const failure of [new Error("here"), new RemoteFailure(() => new Error("there"))]) {
      const { call, future } = testCall();
      call.fail(failure);
      await turn();
      expect(call.observed).toBe(false);
      await expect(future).rejects.toThrow("here");
      expect(call.observed).toBe(true);
    }
  });
});
