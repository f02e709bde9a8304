import fc from "fast-check";

/** Any string of UTF-16 units, lone surrogates too. */
const anyString = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd800, max: 0xdfff })), {
    maxLength: 6,
  })
  .map((units) => String.fromCharCode(...units));

const anyKey = fc.oneof(
  { weight: 4, arbitrary: anyString },
  { weight: 4, arbitrary: fc.string({ maxLength: 4 }) },
  fc.constantFrom("toJSON", "constructor", "length", "0", "7", "4294967295", "valueOf", "cause", "\\", "\n"),
);
/** A name that JSON writes as it is, without surrogates. */
const plainKey = anyKey.filter(
  (key) => key !== "toJSON" && JSON.stringify(key) === `"${key}"` && !/[\ud800-\udfff]/.test(key),
);
const nastyKey = fc.oneof({ weight: 9, arbitrary: anyKey }, fc.constant("__proto__"));

const finiteNumber = fc
  .oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((number) => (number === 0 ? 0 : number));

/** Data of strings, booleans, null and usual numbers in plain containers: a tree, at most 8 levels. */
export const plainValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 8 },
    fc.oneof(anyString, fc.boolean(), fc.constant(null), finiteNumber),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.array(fc.tuple(plainKey, tie("value")), { maxLength: 5 }).map(fromFields),
  ),
})).value;

/** Whatever structured clone takes, often with something in it that JSON would spoil. */
export const nastyValue: fc.Arbitrary<unknown> = fc.oneof(
  plainValue,
  fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      { weight: 8, arbitrary: plainValue },
      fc.oneof(
        fc.constantFrom(-0, Number.NaN, Number.POSITIVE_INFINITY, undefined, 1n),
        fc.date({ noInvalidDate: false }),
      ),
      fc.array(fc.tuple(nastyKey, tie("value")), { maxLength: 4 }).map(fromFields),
      fc.array(tie("value"), { maxLength: 4 }).map(sparse),
      fc.tuple(tie("value"), fc.integer({ min: 1, max: 30 })).map(([value, levels]) => nest(value, levels)),
      tie("value").map((value) => [value, { again: value }]),
      tie("value").map(withCycle),
      tie("value").map((value) => new Map([[value, new Set([value])]])),
      tie("value").map((value) => Object.assign(Object.create(null), { value })),
      tie("value").map((value) => Object.defineProperty({}, "got", { enumerable: true, get: () => value })),
      tie("value").map((value) => Object.defineProperty({ seen: 1 }, "hidden", { value })),
      tie("value").map((value) => Object.assign([value], { extra: value })),
      tie("value").map((value) => new Point(value)),
      tie("value").map((value) => ({ [Symbol("gone")]: value, kept: 1 })),
    ),
  })).value,
  fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
    withSparseArray: true,
    withTypedArray: true,
    withObjectString: true,
  }),
);

class Point {
  value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

function fromFields(fields: readonly (readonly [string, unknown])[]): unknown {
  const object = {};
  for (const [name, value] of fields) {
    Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true });
  }
  return object;
}

function sparse(items: unknown[]): unknown[] {
  const array = new Array(items.length + 1);
  for (const [index, item] of items.entries()) if (index !== 1) array[index] = item;
  return array;
}

function nest(value: unknown, levels: number): unknown {
  return levels === 0 ? value : nest(levels % 2 === 0 ? [value] : { value }, levels - 1);
}

function withCycle(value: unknown): unknown {
  const node: { value: unknown; self?: unknown } = { value };
  node.self = [node];
  return node;
}
