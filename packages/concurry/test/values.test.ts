import { expect, test } from "vitest";
import { sameValue, values } from "./values.ts";

test.each(values)("$name is the same as another of its kind", ({ make }) => {
  expect(sameValue(make(), make())).toBe(true);
});

test("no two values of the table are the same", () => {
  const made = values.map(({ name, make }) => ({ name, value: make() }));
  const alike = made.flatMap((first, index) =>
    made
      .slice(index + 1)
      .filter((second) => sameValue(first.value, second.value))
      .map(({ name }) => [first.name, name]),
  );

  expect(alike).toEqual([]);
});

test("values that look alike are told apart", () => {
  class Point {
    x = 1;
  }
  const shared = {};
  const pairs: [unknown, unknown][] = [
    [0, -0],
    [{ a: undefined }, {}],
    [new Array(1), [undefined]],
    [new Point(), { x: 1 }],
    [Object.create(null), {}],
    [
      [shared, shared],
      [{}, {}],
    ],
    [
      [{}, {}],
      [shared, shared],
    ],
    [new Uint8Array(4), new Uint8Array(new ArrayBuffer(8), 4)],
    [Buffer.from("a"), new Uint8Array([97])],
    [new Map([[1, 2]]), new Map([[1, 3]])],
    [new Error("a", { cause: undefined }), new Error("a")],
    [JSON.parse('{"__proto__":1}'), JSON.parse('{"__proto__":2}')],
    [/a/g, /a/],
    [Object(1), Object(2)],
  ];

  for (const [a, b] of pairs) expect([a, b, sameValue(a, b)]).toContain(false);
});
