import { describe, expect, test } from "vitest";
import { settlingOf } from "../../src/future/settling.ts";
import { wait } from "../../src/future/wait.ts";
import { testCall } from "./test-call.ts";

const MANY = 100_000;

function three(): ReturnType<typeof testCall<number>>[] {
  return [testCall<number>(), testCall<number>(), testCall<number>()];
}

/** By position, since a comparison of futures would show their insides. */
function positions<F>(calls: readonly { readonly future: F }[], found: readonly F[]): number[] {
  return found.map((future) => calls.findIndex((one) => one.future === future));
}

describe("wait", () => {
  test("waits for all, and never rejects for what they failed with", async () => {
    const calls = three();
    const waiting = wait(calls.map(({ future }) => future));
    calls[2]?.call.fulfil(3);
    calls[0]?.call.fail(new Error("no"));
    calls[1]?.call.fulfil(2);
    const { done, pending } = await waiting;
    expect(positions(calls, done)).toEqual([0, 1, 2]);
    expect(pending).toEqual([]);
  });

  test("is over with the first", async () => {
    const calls = three();
    const waiting = wait(
      calls.map(({ future }) => future),
      { until: "first" },
    );
    calls[1]?.call.fulfil(2);
    const { done, pending } = await waiting;
    expect(positions(calls, done)).toEqual([1]);
    expect(positions(calls, pending)).toEqual([0, 2]);
  });

  test("gives all that were settled before, though it waits for the first", async () => {
    const promises = [Promise.resolve(1), new Promise(() => {}), Promise.resolve(2)];
    const { done, pending } = await wait(promises, { until: "first" });
    expect(done).toEqual([promises[0], promises[2]]);
    expect(pending).toEqual([promises[1]]);
  });

  test("is over with the first failure, or when there is none with the last", async () => {
    const calls = three();
    const futures = calls.map(({ future }) => future);
    const failing = wait(futures, { until: "firstError" });
    calls[1]?.call.fulfil(2);
    calls[2]?.call.fail(new Error("no"));
    expect(positions(calls, (await failing).pending)).toEqual([0]);

    const fine = [Promise.resolve(1), Promise.resolve(2)];
    expect((await wait(fine, { until: "firstError" })).done).toEqual(fine);
  });

  test("tells at the time limit what is settled by then", async () => {
    const calls = three();
    calls[0]?.call.fulfil(1);
    const result = await wait(
      calls.map(({ future }) => future),
      { timeoutMs: 0 },
    );
    expect(positions(calls, result.done)).toEqual([0]);
    expect(positions(calls, result.pending)).toEqual([1, 2]);
  });

  test("of nothing is over at once, whatever is waited for", async () => {
    for (const until of ["all", "first", "firstError"] as const) {
      expect(await wait([], { until })).toEqual({ done: [], pending: [] });
    }
  });

  test("knows one future given twice", async () => {
    const { call, future } = testCall();
    const waiting = wait([future, future]);
    call.fulfil(1);
    expect((await waiting).done).toHaveLength(2);
  });

  test("again and again for the first of many adds one handler to each, and leaves no listener or timer", async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    let handlers = 0;
    const never: PromiseLike<never> = {
      // biome-ignore lint/suspicious/noThenProperty: a promise that counts its handlers
      then: () => {
        handlers += 1;
        return never;
      },
    };
    for (let round = 0; round < 100; round += 1) {
      await wait([never, Promise.resolve(round)], { until: "first", timeoutMs: 60_000 });
    }
    expect(handlers).toBe(1);
    expect(settlingOf(never).isAwaited).toBe(false);
    expect(timers()).toBe(before);
  });

  test(`waits for ${MANY}`, async () => {
    const { done } = await wait(Array.from({ length: MANY }, (_, index) => Promise.resolve(index)));
    expect(done).toHaveLength(MANY);
  });

  test("counts failures as looked at, and refuses what is no promise or no option", async () => {
    const { call, future } = testCall();
    void wait([future]);
    expect(call.observed).toBe(true);
    await expect(wait([1 as never])).rejects.toThrow("wait()'s futures[0] must be a promise, got 1");
    await expect(wait([], { until: "any" as never })).rejects.toThrow('"all", "first", "firstError"');
  });
});
