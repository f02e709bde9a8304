import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import {
  aBoolean,
  aFunction,
  integer,
  isPlainObject,
  LONGEST_MS,
  milliseconds,
  nonEmptyString,
  oneOf,
  plainObject,
  positiveInteger,
  positiveIntegerOrInfinity,
  stringArray,
} from "../../src/util/check.ts";

const cases: readonly {
  readonly check: (value: unknown) => unknown;
  readonly takes: readonly unknown[];
  readonly refuses: readonly (readonly [unknown, ErrorConstructor, string])[];
}[] = [
  {
    check: (value) => positiveInteger("maxWorkers", value),
    takes: [1, 2, Number.MAX_SAFE_INTEGER],
    refuses: [
      [0, RangeError, "maxWorkers must be an integer of at least 1, got 0"],
      [-3, RangeError, "maxWorkers must be an integer of at least 1, got -3"],
      [1.5, RangeError, "maxWorkers must be an integer of at least 1, got 1.5"],
      [Number.NaN, RangeError, "maxWorkers must be an integer of at least 1, got NaN"],
      [Number.POSITIVE_INFINITY, RangeError, "maxWorkers must be an integer of at least 1, got Infinity"],
      ["4", TypeError, 'maxWorkers must be an integer of at least 1, got "4"'],
      [4n, TypeError, "maxWorkers must be an integer of at least 1, got 4n"],
      [null, TypeError, "maxWorkers must be an integer of at least 1, got null"],
      [undefined, TypeError, "maxWorkers must be an integer of at least 1, got undefined"],
    ],
  },
  {
    check: (value) => integer("priority", value),
    takes: [0, -7, Number.MIN_SAFE_INTEGER],
    refuses: [[1.5, RangeError, "priority must be an integer, got 1.5"]],
  },
  {
    check: (value) => integer("maxRestarts", value, 0),
    takes: [0, 7],
    refuses: [[-1, RangeError, "maxRestarts must be an integer of at least 0, got -1"]],
  },
  {
    check: (value) => positiveIntegerOrInfinity("concurrency", value),
    takes: [1, Number.POSITIVE_INFINITY],
    refuses: [[0, RangeError, "concurrency must be an integer of at least 1, got 0"]],
  },
  {
    check: (value) => milliseconds("startTimeoutMs", value),
    takes: [1, 1.5, LONGEST_MS],
    refuses: [
      [0, RangeError, "startTimeoutMs must be milliseconds from 1 to 2147483647, got 0"],
      [
        LONGEST_MS + 1,
        RangeError,
        "startTimeoutMs must be milliseconds from 1 to 2147483647, got 2147483648",
      ],
      [Number.NaN, RangeError, "startTimeoutMs must be milliseconds from 1 to 2147483647, got NaN"],
      ["5s", TypeError, 'startTimeoutMs must be milliseconds from 1 to 2147483647, got "5s"'],
    ],
  },
  {
    check: (value) => milliseconds("timeoutMs", value, 0),
    takes: [0],
    refuses: [[-1, RangeError, "timeoutMs must be milliseconds from 0 to 2147483647, got -1"]],
  },
  {
    check: (value) => oneOf("mode", value, ["drain", "cancel"]),
    takes: ["drain", "cancel"],
    refuses: [
      ["now", RangeError, 'mode must be one of "drain", "cancel", got "now"'],
      [true, TypeError, 'mode must be one of "drain", "cancel", got true'],
    ],
  },
  {
    check: (value) => aBoolean("unwrapFutures", value),
    takes: [true, false],
    refuses: [["yes", TypeError, 'unwrapFutures must be true or false, got "yes"']],
  },
  {
    check: (value) => nonEmptyString("name", value),
    takes: ["a"],
    refuses: [
      ["", RangeError, 'name must be a string that is not empty, got ""'],
      [5, TypeError, "name must be a string, got 5"],
    ],
  },
  {
    check: (value) => stringArray("execArgv", value),
    takes: [[], ["--no-warnings"]],
    refuses: [
      ["--no-warnings", TypeError, 'execArgv must be an array of strings, got "--no-warnings"'],
      [[1], TypeError, "execArgv must be an array of strings, got [ 1 ]"],
    ],
  },
  {
    check: (value) => aFunction("callback", value),
    takes: [() => 1],
    refuses: [[{}, TypeError, "callback must be a function, got {}"]],
  },
  {
    check: (value) => plainObject("options", value),
    takes: [{}, { a: 1 }, Object.create(null), runInNewContext("({ a: 1 })")],
    refuses: [
      [[], TypeError, "options must be a plain object, got []"],
      [new Map(), TypeError, "options must be a plain object, got Map(0) {}"],
      [class Wrong {}, TypeError, "options must be a plain object, got class Wrong"],
      ["a".repeat(200), TypeError, `options must be a plain object, got "${"a".repeat(78)}…`],
    ],
  },
];

describe.each(cases)("$check", ({ check, takes, refuses }) => {
  test.each(takes.map((value) => [value]))("takes %s as it is", (value) => {
    expect(check(value)).toBe(value);
  });

  test.each(refuses)("refuses %s", (value, ErrorClass, message) => {
    expect(() => check(value)).toThrow(new ErrorClass(message));
  });
});

test("instances of classes are no plain objects, whatever they inherit", () => {
  class Empty {}

  expect(isPlainObject(new Empty())).toBe(false);
  expect(isPlainObject(Object.create({ a: 1 }))).toBe(false);
  expect(isPlainObject(Object.create(Object.create(null)))).toBe(false);
  expect(isPlainObject(runInNewContext("new (class Empty {})()"))).toBe(false);
});
