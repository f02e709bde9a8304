import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { LentSource } from "../../src/pool/lent-source.ts";
import { endless, Watched } from "../lending/support.ts";
import { until } from "./support.ts";

const PACKING = {
  item: (value: unknown) => {
    if (value === "bad") throw new TypeError("can't be sent");
    return { value };
  },
  thrown: (value: unknown) => ({ value }),
};

function source(given: object): LentSource {
  return new LentSource(given, PACKING);
}

describe("a source that was lent", () => {
  test("is not begun before it is asked, nor closed when it never was", () => {
    const given = endless();
    source(given).close();
    expect([given.begun, given.closed]).toEqual([0, 0]);
  });

  test("gives what is there, in order, and its end with the last items or behind them", async () => {
    const lent = source(new Watched(3));
    const items: unknown[] = [];
    for (;;) {
      const answer = await lent.pull();
      items.push(...answer.items.map((item) => (item as { value: unknown }).value));
      if (answer.end !== undefined) break;
    }
    expect(items).toEqual([1, 2, 3]);
    expect(await lent.pull()).toEqual({ items: [], end: {} });
  });

  test("reads no more than eight items ahead", async () => {
    const given = endless();
    const lent = source(given);
    await lent.pull();
    await until(() => given.given === 9);
    const { items } = await lent.pull();
    expect(items).toHaveLength(8);
    lent.close();
    expect(given.given).toBeLessThanOrEqual(17);
  });

  test("is closed once, however often it is told to", async () => {
    const given = endless();
    const lent = source(given);
    await lent.pull();
    lent.close();
    lent.close();
    expect(given.closed).toBe(1);
  });

  test("is not closed behind its end, nor behind its error", async () => {
    const fail = (): never => {
      throw new Error("broken");
    };
    for (const end of [() => {}, fail]) {
      const given = new Watched(0, end);
      const lent = source(given);
      await lent.pull();
      lent.close();
      expect(given.closed).toBe(0);
    }
  });

  test("is closed when an item of it can't be sent, or a promise among its items rejects", async () => {
    for (const bad of ["bad", Promise.reject(new TypeError("can't be sent"))]) {
      let closed = 0;
      const iterator = {
        next: () => ({ done: false, value: bad }),
        return: () => {
          closed += 1;
          return { done: true, value: undefined };
        },
        [Symbol.iterator]() {
          return this;
        },
      };
      const answer = await source(iterator).pull();
      expect(answer.end?.thrown).toMatchObject({ value: { message: "can't be sent" } });
      expect(closed).toBe(1);
    }
  });

  test("an item that comes after the end is dropped, and a worker that waits is told", async () => {
    let give: (result: IteratorResult<number>) => void = () => {};
    let closed = 0;
    const iterator = {
      next: () =>
        new Promise<IteratorResult<number>>((resolve) => {
          give = resolve;
        }),
      return: async () => {
        closed += 1;
        throw new Error("nobody is to hear of it");
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
    const lent = source(iterator);
    const waiting = lent.pull();
    lent.close();
    give({ done: false, value: 1 });
    expect((await waiting).end?.thrown).toMatchObject({ value: { code: "CANCELLED" } });
    expect((await lent.pull()).items).toEqual([]);
    expect(closed).toBe(1);
  });

  test("without `return` it is left as it is, and one whose `return` throws harms nobody", async () => {
    for (const extra of [
      {},
      {
        return: () => {
          throw new Error("no");
        },
      },
    ]) {
      const iterator = { next: async () => ({ done: false, value: 1 }), ...extra };
      const lent = source({ [Symbol.asyncIterator]: () => iterator });
      await lent.pull();
      expect(() => lent.close()).not.toThrow();
    }
  });

  test("one that can't even be begun is an error", async () => {
    const lent = source({
      [Symbol.asyncIterator]() {
        throw new Error("locked");
      },
    });
    expect((await lent.pull()).end?.thrown).toMatchObject({ value: { message: "locked" } });
  });

  test("a Readable that waits for more is destroyed", async () => {
    const stream = new Readable({ objectMode: true, read() {} });
    const lent = source(stream);
    void lent.pull();
    await until(() => stream.listenerCount("readable") > 0);
    lent.close();
    await until(() => stream.closed);
    expect(stream.destroyed).toBe(true);
  });
});
