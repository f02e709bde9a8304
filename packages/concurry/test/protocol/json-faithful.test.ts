import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CLONE,
  classify,
  classifyArguments,
  isJsonPrimitive,
  JSON_FAITHFUL,
  JSON_PRIMITIVE,
  NUMBER,
  PRIMITIVE,
  REPLACEABLE,
} from "../../src/protocol/json-faithful.ts";
import { sameValue, values } from "../values.ts";
import { nastyValue, plainValue } from "./arbitraries.ts";

const RUNS = 5000;

const objects = values.filter(({ make }) => typeof make() === "object" && make() !== null);

describe("one value", () => {
  test.each(objects)("$name goes as JSON only if JSON is faithful", ({ make, jsonFaithful }) => {
    expect(classify(make())).toBe(jsonFaithful ? JSON_FAITHFUL : CLONE);
    if (jsonFaithful) expect(sameValue(JSON.parse(JSON.stringify(make())), make())).toBe(true);
  });

  test("what goes as JSON arrives as structured clone would have copied it", () => {
    let faithful = 0;
    let others = 0;
    fc.assert(
      fc.property(nastyValue, (value) => {
        if (classify(value) !== JSON_FAITHFUL) {
          others += 1;
          return true;
        }
        faithful += 1;
        return sameValue(JSON.parse(JSON.stringify(value)), structuredClone(value));
      }),
      { numRuns: RUNS },
    );
    // Neither side of the question may be left unasked.
    expect(faithful).toBeGreaterThan(RUNS / 20);
    expect(others).toBeGreaterThan(RUNS / 20);
  });

  test("plain data always goes as JSON", () => {
    fc.assert(
      fc.property(
        plainValue,
        (value) => typeof value !== "object" || value === null || classify(value) === JSON_FAITHFUL,
      ),
      { numRuns: RUNS },
    );
  });

  test("numbers are told from other primitives", () => {
    for (const value of [0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(classify(value)).toBe(NUMBER);
    for (const value of ["", true, null, undefined, 1n]) expect(classify(value)).toBe(PRIMITIVE);
    expect(classify(Symbol("s"))).toBe(CLONE);
  });

  test.each(["\\", "\n", '"', "\u0000", "\u001f", "\ud800", "a\\b", "é\t"])(
    "a name that JSON writes with an escape does not go as JSON: %j",
    (name) => {
      expect(classify(field(name, 1))).toBe(CLONE);
      expect(classifyArguments([[field(name, 1)]])).toBe(CLONE);
    },
  );

  test("promises and other thenables are seen wherever the walk comes by", () => {
    class Query {}
    const thenable = field("then", () => 1);
    Object.assign(Query.prototype, thenable);
    const callable = Object.assign(() => 1, thenable);
    for (const promise of [Promise.resolve(1), thenable, new Query(), callable]) {
      for (const value of [promise, [1, promise], { a: { b: [promise] } }])
        expect(classify(value)).toBe(REPLACEABLE);
    }
    expect(classify(field("then", "soon"))).toBe(JSON_FAITHFUL);
  });

  test("functions and iterables are seen wherever the walk comes by, but not what is copied", () => {
    class Rows {
      async *[Symbol.asyncIterator](): AsyncGenerator<number> {}
    }
    const plain = { [Symbol.asyncIterator]: () => new Rows()[Symbol.asyncIterator]() };
    expect(classify(plain)).toBe(REPLACEABLE);
    for (const lendable of [() => 1, class {}, new Rows(), [1].values(), new Set([1]).values()]) {
      for (const value of [lendable, [1, lendable], { a: { b: [lendable] } }])
        expect(classify(value)).toBe(REPLACEABLE);
    }
    for (const copied of [new Map(), new Set(), new Date(), new Uint8Array(1), { next: 1 }])
      expect(classify(copied)).not.toBe(REPLACEABLE);
  });

  test.each([
    ["a toJSON method", { toJSON: () => 1 }],
    ["a hidden toJSON method", Object.defineProperty({ a: 1 }, "toJSON", { value: () => 1 })],
    ["a list with toJSON", [Object.assign([1], { toJSON: () => 2 })]],
    ["a list with a hidden toJSON", Object.defineProperty([1], "toJSON", { value: () => 1 })],
    [
      "a getter",
      {
        get now() {
          return 1;
        },
      },
    ],
    ["a setter", { set now(_value: number) {} }],
    ["no prototype", Object.create(null)],
    [
      "a class",
      [
        new (class Point {
          x = 1;
        })(),
      ],
    ],
    ["a Proxy", new Proxy({ a: 1 }, {})],
    ["a Proxy of a list", [new Proxy([1], {})]],
    ["17 levels", nest(17)],
    ["a symbol", [Symbol("s")]],
  ])("an object with %s does not go as JSON", (_name, value) => {
    expect(classify(value)).toBe(CLONE);
  });

  test("no code of the value's owner runs", () => {
    const ran: string[] = [];
    const note = (what: string) => () => {
      ran.push(what);
      return undefined;
    };
    const handler = new Proxy({}, { get: (_target, trap) => note(String(trap)) });
    classify({ a: [new Proxy({}, handler)] });
    classify(Object.defineProperty({}, "field", { enumerable: true, get: note("getter") }));

    expect(ran).toEqual([]);
  });

  test("a large list is left to structured clone without a look at its items", () => {
    const list = Array.from({ length: 5000 }, () => 1);
    let reads = 0;
    Object.defineProperty(list, 0, { get: () => (reads += 1) });

    expect(classify(list)).toBe(CLONE);
    expect(reads).toBe(0);
  });

  test("more than 32 objects are still searched for one that comes twice", () => {
    const items = Array.from({ length: 100 }, (_, index) => ({ index }));

    expect(classify(items)).toBe(JSON_FAITHFUL);
    expect(classify([...items, items[3]])).toBe(CLONE);
    expect(classify([...items, items[99]])).toBe(CLONE);
  });
});

describe("a list of arguments", () => {
  test("primitives are told by whether JSON keeps them", () => {
    expect(classifyArguments([])).toBe(JSON_PRIMITIVE);
    expect(classifyArguments([1, "a", null, true])).toBe(JSON_PRIMITIVE);
    for (const value of [undefined, Number.NaN, -0, 1n])
      expect(classifyArguments([1, value])).toBe(PRIMITIVE);
  });

  test("objects are walked, each by the same rules", () => {
    expect(classifyArguments([1, { a: [] }, "b"])).toBe(JSON_FAITHFUL);
    expect(classifyArguments([{ a: 1 }, new Date()])).toBe(CLONE);
    expect(classifyArguments([Symbol("s"), 2])).toBe(CLONE);
    expect(classifyArguments([{}, undefined])).toBe(CLONE);
    expect(classifyArguments([-0, {}])).toBe(CLONE);
  });

  test("an object shared by two arguments stays shared, by a clone", () => {
    const shared = { a: 1 };
    expect(classifyArguments([shared, [shared]])).toBe(CLONE);
  });

  test("a promise among the arguments is always found", () => {
    const promise = Promise.resolve(1);
    for (const before of [1, {}, new Date(), () => 1, Symbol("s"), undefined]) {
      expect(classifyArguments([before, promise])).toBe(REPLACEABLE);
      expect(classifyArguments([promise, before])).toBe(REPLACEABLE);
    }
  });

  test("a function or iterable among the arguments is always found", () => {
    for (const lendable of [() => 1, [1].values()]) {
      for (const before of [1, {}, new Date(), Symbol("s"), undefined]) {
        expect(classifyArguments([before, lendable])).toBe(REPLACEABLE);
        expect(classifyArguments([lendable, before])).toBe(REPLACEABLE);
      }
    }
  });

  test("lists that go as JSON arrive as structured clone would have copied them", () => {
    let texts = 0;
    fc.assert(
      fc.property(fc.array(nastyValue, { maxLength: 4 }), (list) => {
        const kind = classifyArguments(list);
        if (kind !== JSON_FAITHFUL && kind !== JSON_PRIMITIVE) return true;
        texts += 1;
        return sameValue(JSON.parse(JSON.stringify(list)), structuredClone(list));
      }),
      { numRuns: RUNS },
    );
    expect(texts).toBeGreaterThan(RUNS / 20);
  });
});

test("primitives are JSON's only if JSON keeps them", () => {
  for (const value of [0, 1.5, "", "\ud800", true, null]) expect(isJsonPrimitive(value)).toBe(true);
  for (const value of [
    -0,
    Number.NaN,
    Number.NEGATIVE_INFINITY,
    undefined,
    1n,
    Symbol("s"),
    {},
    [],
    () => 1,
  ]) {
    expect(isJsonPrimitive(value)).toBe(false);
  }
});

function nest(levels: number): unknown {
  return levels === 1 ? {} : { inner: nest(levels - 1) };
}

function field(name: string, value: unknown): object {
  return Object.fromEntries([[name, value]]);
}
