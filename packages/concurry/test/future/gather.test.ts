import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";
import { TimeoutError } from "../../src/errors/call-errors.ts";
import { gather } from "../../src/future/gather.ts";
import { RemoteFailure } from "../../src/future/remote-failure.ts";
import { testCall } from "./test-call.ts";

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

describe("gather", () => {
  test("gives the values of an array in its order, whatever settles first", async () => {
    const [first, second] = [testCall<number>(), testCall<number>()];
    const all = gather([first.future, second.future, Promise.resolve(3), 4]);
    second.call.fulfil(2);
    first.call.fulfil(1);
    expect(await all).toEqual([1, 2, 3, 4]);
  });

  test("takes any iterable, and nothing at all", async () => {
    const promises = new Set([Promise.resolve("a"), Promise.resolve("b")]);
    expect(await gather(promises)).toEqual(["a", "b"]);
    expect(await gather([])).toEqual([]);
    expect(await gather({})).toEqual({});
  });

  test("gives the values of a record by their names, odd ones too", async () => {
    const record = JSON.parse('{"__proto__": 1, "b": 2}') as Record<string, number>;
    const result = await gather({ ...record, a: Promise.resolve(3) });
    expect(Object.entries(result)).toEqual([
      ["__proto__", 1],
      ["b", 2],
      ["a", 3],
    ]);
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  });

  test("rejects with the first failure at once, and later ones end nothing", async () => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    const [first, second] = [testCall(), testCall()];
    let fail!: (error: Error) => void;
    const bare = new Promise((_resolve, reject) => {
      fail = reject;
    });
    const all = gather([first.future, second.future, bare]);
    const error = new RangeError("second");
    second.call.fail(new RemoteFailure(() => error));
    await expect(all).rejects.toBe(error);
    first.call.fail(new Error("first"));
    fail(new Error("bare"));
    await turn();
    process.off("unhandledRejection", unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test("gives failures as values when asked to", async () => {
    const error = new RangeError("no");
    const [failed, thrown] = [testCall(), testCall()];
    failed.call.fail(error);
    thrown.call.fail(new RemoteFailure(() => "just text"));
    const result = await gather({ a: failed.future, b: 1, c: thrown.future }, { returnExceptions: true });
    expect(result).toEqual({ a: error, b: 1, c: expect.objectContaining({ cause: "just text" }) });
    expect(result.a).toBe(error);
  });

  test("rejects at the time limit, and the futures go on", async () => {
    const before = timers();
    const { call, future } = testCall<number>();
    const error = await gather([future], { timeoutMs: 5 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ timeoutMs: 5, message: expect.stringContaining("within 5 ms") });
    expect(call.reasons).toEqual([]);
    call.fulfil(7);
    expect(await future).toBe(7);
    expect(timers()).toBe(before);
  });

  test("leaves no timer when it is done before its time limit", async () => {
    const before = timers();
    expect(await gather([Promise.resolve(1)], { timeoutMs: 60_000 })).toEqual([1]);
    await expect(gather([Promise.reject(new Error("no"))], { timeoutMs: 60_000 })).rejects.toThrow("no");
    expect(timers()).toBe(before);
  });

  test("counts failures as looked at", () => {
    const [plain, asValue] = [testCall(), testCall()];
    void gather([plain.future]);
    void gather([asValue.future], { returnExceptions: true });
    expect([plain.call.observed, asValue.call.observed]).toEqual([true, true]);
  });

  test.each([
    ["a promise", Promise.resolve([])],
    ["a number", 7],
    ["an instance", new Date()],
  ])("refuses %s in place of futures", async (_what, value) => {
    await expect(gather(value as object)).rejects.toThrow(TypeError);
  });

  test("says of futures that stand one by one that they belong into an array", async () => {
    const [one, another] = [testCall(), testCall()];
    const wrong = gather(one.future, another.future as object);
    await expect(wrong).rejects.toThrow("gather()'s futures must be an array");
  });

  test("refuses options that it has not", async () => {
    await expect(gather([], { returnException: true } as object)).rejects.toThrow('"returnExceptions"');
    await expect(gather([], { timeoutMs: -1 })).rejects.toThrow(RangeError);
  });
});
