import { expect, test } from "vitest";
import { ItemBuffer } from "../../src/future/item-buffer.ts";
import { RemoteFailure } from "../../src/future/remote-failure.ts";

const KEEPER = {};

function buffer(): { items: ItemBuffer; taken: () => number } {
  let taken = 0;
  const items = new ItemBuffer(() => {
    taken += 1;
  });
  return { items, taken: () => taken };
}

test("items are had in order, whether they or the questions come first", async () => {
  const { items, taken } = buffer();
  const early = [items.next(KEEPER), items.next(KEEPER)];
  expect(items.isAsked).toBe(true);
  for (const item of [1, 2, 3, 4]) items.push(item);
  expect([items.isAsked, taken()]).toEqual([false, 2]);
  const late = [items.next(KEEPER), items.next(KEEPER)];
  expect(taken()).toBe(4);
  expect((await Promise.all([...early, ...late])).map(({ value }) => value)).toEqual([1, 2, 3, 4]);
});

test("a long queue that is never empty gives its items in order, too", async () => {
  const { items } = buffer();
  let pushed = 0;
  for (; pushed < 100; pushed++) items.push(pushed);
  for (let asked = 0; asked < 5000; asked++, pushed++) {
    items.push(pushed);
    expect((await items.next(KEEPER)).value).toBe(asked);
  }
});

test("what has come is still had after the end, and the end once", async () => {
  const { items } = buffer();
  items.push(1);
  items.end({ value: "end" });
  items.end({ failure: new Error("too late") });
  items.push(2);
  expect(await items.next(KEEPER)).toEqual({ done: false, value: 1 });
  expect(await items.next(KEEPER)).toEqual({ done: true, value: "end" });
  expect(await items.next(KEEPER)).toEqual({ done: true, value: undefined });
});

test.each([
  ["an error", (error: Error) => error],
  ["a failure that comes as data", (error: Error) => new RemoteFailure(() => error)],
])("of those who wait the first gets %s", async (_name, failureOf) => {
  const { items } = buffer();
  const error = new RangeError("failed");
  const [first, second] = [items.next(KEEPER), items.next(KEEPER)];
  items.end({ failure: failureOf(error) });
  await expect(first).rejects.toBe(error);
  expect(await second).toEqual({ done: true, value: undefined });
  const later = buffer().items;
  later.end({ failure: failureOf(error) });
  await expect(later.next(KEEPER)).rejects.toBe(error);
});

test("dropped items are gone", async () => {
  const { items } = buffer();
  items.push(1);
  items.drop();
  items.end({ value: undefined });
  expect(await items.next(KEEPER)).toEqual({ done: true, value: undefined });
});
