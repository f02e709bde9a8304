import { beforeEach, describe, expect, test } from "vitest";
import { ask, beginAnew, order, set } from "./asking.ts";
import { settle } from "./fake-clock.ts";

beforeEach(() => beginAnew());

describe("who comes first", () => {
  test("in order of arrival", async () => {
    const held = await set.acquire({ c: 10 });
    for (let index = 0; index < 10; index++) void ask(`${index}`, { c: 1 });
    held.release();
    await settle();

    expect(order.join("")).toBe("0123456789");
  });

  test("one who needs more is not passed by those who need less", async () => {
    const ones = await Promise.all([1, 2, 3].map(() => set.acquire({ c: 1 })));
    void ask("eight", { c: 8 });
    void ask("one", { c: 1 });
    expect(set.tryAcquireSync({ c: 1 })).toBeNull();
    ones[0]?.release();
    await settle();
    expect(order).toEqual(["eight"]);
    ones[1]?.release();
    await settle();

    expect(order).toEqual(["eight", "one"]);
  });

  test("one who needs other limits passes", async () => {
    await set.acquire({ c: 10 });
    void ask("both", { c: 1, r: 1 });
    void ask("rate", { r: 1 });
    void ask("other", { d: 10 });
    await settle();

    expect(order).toEqual(["other"]);
    expect(set.tryAcquireSync({ r: 1 })).toBeNull();
  });

  test("those behind one who passes wait for what they share with it", async () => {
    const held = await set.acquire({ c: 10, d: 10 });
    void ask("c", { c: 1 });
    void ask("c and d", { c: 1, d: 1 });
    void ask("d", { d: 1 });
    held.update({ c: 10, d: 0 });
    await settle();
    expect(order).toEqual([]);
    held.release();
    await settle();

    expect(order).toEqual(["c", "c and d", "d"]);
  });

  test("higher priorities, and arrival inside one", async () => {
    const held = await set.acquire({ c: 10 });
    for (const [name, priority] of [
      ["a", 0],
      ["b", -20],
      ["c", 3],
      ["d", 3],
      ["e", 99],
      ["f", 8],
    ] as const)
      void ask(name, { c: 10 }, { priority }).then((lease) => lease.release());
    held.release();
    for (let turn = 0; turn < 10; turn++) await settle();

    expect(order.join("")).toBe("efcdab");
  });

  test("several limits are taken all or none", async () => {
    const held = await set.acquire({ d: 10 });
    expect(set.tryAcquireSync({ c: 1, d: 1 })).toBeNull();
    const waiting = set.acquire({ c: 1, d: 1 });
    expect((await set.stats()).c).toMatchObject({ inUse: 0, waiting: 1 });
    held.release();
    await waiting;

    expect((await set.stats()).c?.inUse).toBe(1);
  });
});
