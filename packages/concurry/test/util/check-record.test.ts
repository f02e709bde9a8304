import { expect, test } from "vitest";
import { positiveInteger } from "../../src/util/check.ts";
import { checkRecord } from "../../src/util/check-record.ts";

const CHECKS = { size: (value: unknown) => positiveInteger("size", value), colour: () => {} };

test("what is right comes back as a copy, without what is undefined", () => {
  const given = { size: 2, colour: undefined };

  expect(checkRecord("Box", "option", given, CHECKS)).toStrictEqual({ size: 2 });
  expect(given).toStrictEqual({ size: 2, colour: undefined });
});

test.each([
  [{ siez: 2 }, 'Box has no option "siez"; did you mean "size"?'],
  [{ Size: 2 }, 'Box has no option "Size"; did you mean "size"?'],
  [{ weight: 2 }, 'Box has no option "weight"; it has size, colour'],
  [{ weight: undefined }, 'Box has no option "weight"; it has size, colour'],
  [{ constructor: 2 }, 'Box has no option "constructor"; it has size, colour'],
  [new Map(), "Box must be a plain object, got Map(0) {}"],
])("%o is refused", (given, message) => {
  expect(() => checkRecord("Box", "option", given, CHECKS)).toThrow(new TypeError(message));
});

test("a name may be known to mean something else", () => {
  const check = (given: unknown) => () => checkRecord("Box", "option", given, CHECKS, { sizes: "size: …" });

  expect(check({ sizes: 2 })).toThrow(new TypeError('Box has no option "sizes"; did you mean size: …?'));
  expect(check({ constructor: 2 })).toThrow("it has size, colour");
});

test("a wrong value is refused by its own check", () => {
  expect(() => checkRecord("Box", "option", { size: 0 }, CHECKS)).toThrow(
    new RangeError("size must be an integer of at least 1, got 0"),
  );
});
