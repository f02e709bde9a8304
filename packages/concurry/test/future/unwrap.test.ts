import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { findPromises, hasPromise, unwrapArguments } from "../../src/future/unwrap.ts";
import { testCall } from "./test-call.ts";
import { CONTAINERS, OPAQUE, OTHERS, PROMISES } from "./unwrap-cases.ts";

describe("hasPromise", () => {
  test.each(PROMISES)("knows %s", (_what, make) => {
    expect(hasPromise([1, make()])).toBe(true);
  });

  test.each(OTHERS)("doesn't take %s for a promise", (_what, make) => {
    expect(hasPromise([make()])).toBe(false);
  });

  test("looks at the top level only", () => {
    for (const [, contain] of CONTAINERS) expect(hasPromise([contain(Promise.resolve(1))])).toBe(false);
    expect(hasPromise([])).toBe(false);
  });
});

describe("findPromises", () => {
  test.each(CONTAINERS)("looks into %s", (_what, contain) => {
    for (const [, make] of PROMISES) expect(findPromises([contain(make())])).toBe(true);
    for (const [, make] of OTHERS) expect(findPromises([contain(make())])).toBe(false);
  });

  test.each(OPAQUE)("doesn't look into %s", (_what, make) => {
    expect(findPromises([make(), [make()]])).toBe(false);
  });

  test("finds the fields that an array has beside its items", () => {
    expect(findPromises([Object.assign([1], { extra: Promise.resolve(1) })])).toBe(true);
  });

  test("ends in cycles of few and of many objects", () => {
    const ring: Record<string, unknown>[] = Array.from({ length: 100 }, () => ({}));
    for (const [index, node] of ring.entries()) Object.assign(node, { next: ring[(index + 1) % 100], ring });
    expect(findPromises([ring])).toBe(false);
    Object.assign(ring[50] as object, { promise: Promise.resolve(1) });
    expect(findPromises([ring])).toBe(true);
    expect(findPromises([ring], 10_000)).toBe(true);
  });

  test("goes down a million levels", () => {
    let value: unknown = Promise.resolve(1);
    for (let level = 0; level < 1_000_000; level += 1) value = [value];
    expect(findPromises([value])).toBe(true);
  });

  test("gives up at the limit, not before", () => {
    const values = [[...new Array<number>(98).fill(0), Promise.resolve(1)]];
    expect(findPromises(values, 100)).toBe(true);
    expect(findPromises(values, 99)).toBe(false);
    expect(findPromises([new Array(2 ** 32 - 1)], 10_000)).toBe(false);
  });
});

describe("unwrapArguments", () => {
  test.each(PROMISES.slice(0, 1).concat(PROMISES.slice(2, 3), PROMISES.slice(5)))(
    "waits for %s",
    async (_what, make) => {
      expect(await unwrapArguments([make(), "other"])).toEqual([1, "other"]);
    },
  );

  test("waits for futures, and counts as a look at them", async () => {
    const { call, future } = testCall();
    const unwrapped = unwrapArguments([[future]]);
    call.fulfil("value");
    expect(await unwrapped).toEqual([["value"]]);
    expect(call.observed).toBe(true);
  });

  test.each(CONTAINERS)("puts the value in its place in %s, in a copy", async (_what, contain) => {
    const promise = Promise.resolve("value");
    const given = contain(promise);
    const [unwrapped] = await unwrapArguments([given]);
    // Cloned, since two maps of different realms are never equal.
    expect(unwrapped).toEqual(structuredClone(contain("value")));
    expect(unwrapped).not.toBe(given);
    expect(given).toEqual(contain(promise));
  });

  test.each([...OTHERS, ...OPAQUE])("passes on %s as it is", async (_what, make) => {
    const given = make();
    const [unwrapped] = await unwrapArguments([given, Promise.resolve(1)]);
    expect(unwrapped === given).toBe(true);
  });

  test("copies only what lies on the way to a promise", async () => {
    const state = { size: 1 };
    const nested = { state };
    const given = [state, { nested, wrapped: [Promise.resolve(1)] }] as const;
    const [first, second] = (await unwrapArguments(given)) as [object, { nested: object; wrapped: object }];
    expect(first).toBe(state);
    expect(second).toEqual({ nested, wrapped: [1] });
    expect(second.nested).toBe(nested);
  });

  test("keeps cycles, shared parts, holes, extra fields and own fields called __proto__", async () => {
    const shared: Record<string, unknown> = { promise: Promise.resolve(1) };
    shared.self = shared;
    const sparse: unknown[] = Object.assign(new Array(4), { 2: shared, extra: shared });
    const odd = Object.defineProperty({}, "__proto__", { value: shared, enumerable: true });
    const values = (await unwrapArguments([shared, sparse, odd])) as [
      Record<string, unknown>,
      unknown[],
      object,
    ];
    const [first, second, third] = values;
    expect(first).toEqual({ promise: 1, self: first });
    expect(first.self).toBe(first);
    expect(second).toHaveLength(4);
    expect(Object.keys(second)).toEqual(["2", "extra"]);
    expect([second[2], (second as unknown as Record<string, unknown>).extra]).toEqual([first, first]);
    expect(Object.getOwnPropertyDescriptor(third, "__proto__")?.value).toBe(first);
    expect(Object.getPrototypeOf(third)).toBe(Object.prototype);
  });

  test("takes containers as they are when the call is made", async () => {
    const { call, future } = testCall();
    const list: unknown[] = [future];
    const unwrapped = unwrapArguments([list]);
    list.push("later");
    call.fulfil("value");
    expect(await unwrapped).toEqual([["value"]]);
  });

  test("rejects with the reason of the promise that is rejected first", async () => {
    const reason = new RangeError("first");
    const slow = testCall();
    const unwrapped = unwrapArguments([{ slow: slow.future }, [Promise.reject(reason)]]);
    await expect(unwrapped).rejects.toBe(reason);
    slow.call.fail(new Error("second"));
  });

  test.each([[["first", "second", "third"]], [["third", "first", "second"]], [["second", "third", "first"]]])(
    "leaves no rejection without a handler when they come as %s",
    async (order) => {
      const unhandled: unknown[] = [];
      const note = (reason: unknown): number => unhandled.push(reason);
      process.on("unhandledRejection", note);
      try {
        const ends: Record<string, (reason: Error) => void> = {};
        const promise = (name: string): Promise<never> =>
          new Promise((_resolve, reject) => {
            ends[name] = reject;
          });
        const unwrapped = unwrapArguments([
          promise("first"),
          [promise("second")],
          { field: new Map([[promise("third"), 1]]) },
        ]);
        const outcome = unwrapped.catch((reason: Error) => reason.message);
        for (const name of order) {
          ends[name]?.(new Error(name));
          await turn();
        }
        expect(await outcome).toBe(order[0]);
        expect(unhandled).toEqual([]);
      } finally {
        process.off("unhandledRejection", note);
      }
    },
  );

  test("a getter that throws rejects, and leaves no rejection without a handler", async () => {
    const given = {
      promise: Promise.reject(new Error("unseen")),
      get broken() {
        throw new Error("broken");
      },
    };
    await expect(unwrapArguments([given])).rejects.toThrow("broken");
    await turn();
  });
});
