import { describe, expect, test } from "vitest";
import { TimeoutError } from "../../src/errors/call-errors.ts";
import { asCompleted } from "../../src/future/as-completed.ts";
import { testCall } from "./test-call.ts";

const MANY = 100_000;

describe("asCompleted", () => {
  test("gives the futures themselves, in the order in which they settle", async () => {
    const calls = [testCall<number>(), testCall<number>(), testCall<number>()];
    const [a, b, c] = calls.map(({ future }) => future);
    const seen: unknown[] = [];
    calls[2]?.call.fulfil(3);
    for await (const future of asCompleted(calls.map(({ future }) => future))) {
      seen.push(future);
      if (future === c) calls[0]?.call.fail(new Error("no"));
      if (future === a) calls[1]?.call.fulfil(2);
    }
    expect(seen).toHaveLength(3);
    expect([seen[0] === c, seen[1] === a, seen[2] === b]).toEqual([true, true, true]);
  });

  test("takes any promises, the same one twice, and none", async () => {
    const seen: unknown[] = [];
    const same = Promise.resolve(1);
    // biome-ignore lint/suspicious/noThenProperty: a promise of somebody else
    const other: PromiseLike<number> = { then: (...ends) => Promise.resolve(2).then(...ends) };
    for await (const promise of asCompleted(new Set([same, other]))) seen.push(await promise);
    expect(seen.toSorted()).toEqual([1, 2]);
    const twice = asCompleted([same, same]);
    expect(await twice.next()).toEqual({ done: false, value: same });
    expect(await twice.next()).toEqual({ done: false, value: same });
    expect(await twice.next()).toEqual({ done: true, value: undefined });
    expect(await asCompleted([]).next()).toEqual({ done: true, value: undefined });
  });

  test("answers those who ask ahead, the surplus ones with the end", async () => {
    const { call, future } = testCall();
    const order = asCompleted([future]);
    const asked = [order.next(), order.next(), order.next()];
    call.fulfil(1);
    const answers = await Promise.all(asked);
    expect(answers.map(({ done }) => done)).toEqual([false, true, true]);
  });

  test("ends when the loop is left, also for those who wait", async () => {
    const [first, second] = [testCall<number>(), testCall<number>()];
    const order = asCompleted([first.future, second.future]);
    first.call.fulfil(1);
    for await (const future of order) {
      expect(future).toBe(first.future);
      break;
    }
    second.call.fulfil(2);
    expect(await order.next()).toEqual({ done: true, value: undefined });

    const waiting = asCompleted([testCall().future]);
    const asked = waiting.next();
    expect((await waiting.return()).done).toBe(true);
    expect((await asked).done).toBe(true);
  });

  test("throws at the time limit, once, having given what is settled", async () => {
    const [first, second] = [testCall<number>(), testCall<number>()];
    const order = asCompleted([first.future, second.future], { timeoutMs: 5 });
    first.call.fulfil(1);
    expect((await order.next()).value).toBe(first.future);
    await expect(order.next()).rejects.toThrow(TimeoutError);
    expect((await order.next()).done).toBe(true);
    second.call.fulfil(2);
    expect(await second.future).toBe(2);
  });

  test("leaves no timer behind", async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    const { call, future } = testCall();
    const order = asCompleted([future], { timeoutMs: 60_000 });
    expect(timers()).toBe(before);
    const next = order.next();
    call.fulfil(1);
    await next;
    expect(timers()).toBe(before);
  });

  test(`orders ${MANY} futures as fast as they come`, async () => {
    const calls = Array.from({ length: MANY }, () => testCall<number>());
    let sum = 0;
    calls.forEach(({ call }, index) => {
      call.fulfil(index);
    });
    for await (const future of asCompleted(calls.map((one) => one.future))) sum += await future;
    expect(sum).toBe((MANY * (MANY - 1)) / 2);
  });

  test("counts failures as looked at, and refuses what is no promise", () => {
    const { call, future } = testCall();
    asCompleted([future]);
    expect(call.observed).toBe(true);
    expect(() => asCompleted([future, 5 as never])).toThrow(
      "asCompleted()'s futures[1] must be a promise, got 5",
    );
    expect(() => asCompleted(future as never)).toThrow(TypeError);
    expect(() => asCompleted([], { timeoutMs: "1" as never })).toThrow(TypeError);
  });
});
