import { expect, test } from "vitest";
import { countIdentifiers, mostFrequent } from "../../src/files/identifiers.ts";

function count(source: string): Record<string, number> {
  return Object.fromEntries(countIdentifiers(source));
}

test("names are counted, words of the language are not", () => {
  expect(count("const total = add(total, $x, _y1); return total;")).toEqual({
    total: 3,
    add: 1,
    $x: 1,
    _y1: 1,
  });
});

test("words in comments and strings are no names", () => {
  expect(count(`a; // one b\n/* two\nb */ c("three b", 'fo\\'ur b');`)).toEqual({ a: 1, c: 1 });
});

test("what stands between the parts of a template is counted", () => {
  expect(count("`x\x24{sum(a)}`")).toEqual({ x: 1, sum: 1, a: 1 });
});

test("an apostrophe in a line spoils that line only", () => {
  expect(count("x = /'/;\ny = z;")).toEqual({ x: 1, y: 1, z: 1 });
});

test("names of Object.prototype are names like others", () => {
  expect(count("constructor; toString; toString; __proto__x")).toEqual({
    constructor: 1,
    toString: 2,
    __proto__x: 1,
  });
});

test("the most frequent names come first, equal ones by the alphabet", () => {
  const counts = new Map([
    ["bbb", 2],
    ["ccc", 5],
    ["aaa", 2],
    ["ddd", 1],
  ]);

  expect(mostFrequent(counts, 3)).toEqual([
    ["ccc", 5],
    ["aaa", 2],
    ["bbb", 2],
  ]);
});

test("names of one or two letters are not among the most frequent", () => {
  expect(mostFrequent(countIdentifiers("t(t, ab, ab, one)"), 3)).toEqual([["one", 1]]);
});
