/** One value that must arrive as it left. */
export interface TestValue {
  readonly name: string;
  /** A new one at each call. */
  make(): unknown;
  /** True when its JSON text is as good as a structured clone. */
  readonly jsonFaithful?: boolean;
}

type Entry = readonly [name: string, make: () => unknown];

const BIG = 2n ** 70n;

function bytes(length: number): ArrayBuffer {
  return Uint8Array.from({ length }, (_, index) => index * 7 + 1).buffer;
}

function nested(levels: number): unknown {
  let value: unknown = { end: true };
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { value };
  return value;
}

function cycle(): unknown {
  const node: { name: string; self?: unknown; list: unknown[] } = { name: "cycle", list: [] };
  node.self = node;
  node.list.push(node, node.list);
  return node;
}

function twice(): unknown {
  const shared = { shared: true };
  return { left: shared, right: [shared] };
}

function sharedBuffer(): unknown {
  const buffer = bytes(16);
  return [new Uint8Array(buffer, 0, 8), new Uint16Array(buffer, 8, 2), buffer];
}

function withFields(): unknown {
  return Object.assign([1, 2], { index: 4, input: "text" });
}

function nestedErrors(): unknown {
  return { error: new TypeError("outer", { cause: new RangeError("inner", { cause: "text" }) }) };
}

const primitives: readonly Entry[] = [
  ["0", () => 0],
  ["-0", () => -0],
  ["an integer", () => 12_345],
  ["a fraction", () => 0.1 + 0.2],
  ["the largest number", () => Number.MAX_VALUE],
  ["the smallest number", () => Number.MIN_VALUE],
  ["an integer past 2^53", () => 2 ** 60 + 2 ** 20],
  ["NaN", () => Number.NaN],
  ["Infinity", () => Number.POSITIVE_INFINITY],
  ["-Infinity", () => Number.NEGATIVE_INFINITY],
  ["true", () => true],
  ["false", () => false],
  ["null", () => null],
  ["undefined", () => undefined],
  ["0n", () => 0n],
  ["a large BigInt", () => BIG],
  ["a negative BigInt", () => -BIG],
  ["an empty string", () => ""],
  ["a string", () => 'quotes " and \\ and \n and \u0000 and ü and 😀 and \u2028'],
  ["a lone high surrogate", () => "a\ud800b"],
  ["a lone low surrogate", () => "\udc00"],
  ["a string of 100,000 characters", () => "xü".repeat(50_000)],
];

const faithful: readonly Entry[] = [
  ["an empty object", () => ({})],
  ["an empty array", () => []],
  ["an object", () => ({ id: 1, name: "one", isOpen: true, nothing: null, half: 0.5 })],
  ["keys in an order of their own", () => ({ b: 1, a: 2, 10: 3, 9: 4, "": 5, "a b": 6 })],
  ["a list of objects", () => [{ id: 1 }, { id: 2, tags: ["a", "b"] }]],
  ["lone surrogates in fields", () => ({ high: "\ud83d", list: ["\udfff"] })],
  ["16 levels", () => nested(15)],
  ["an object with a field named constructor", () => ({ constructor: "text", hasOwnProperty: 1 })],
];

const cloned: readonly Entry[] = [
  ["-0 in a field", () => ({ value: -0 })],
  ["NaN in a list", () => [Number.NaN]],
  ["Infinity in a field", () => ({ value: Number.POSITIVE_INFINITY })],
  ["undefined in a field", () => ({ value: undefined, other: 1 })],
  ["undefined in a list", () => [undefined, 1, undefined]],
  ["a BigInt in a field", () => ({ value: BIG })],
  ["a date", () => new Date(1_700_000_000_123)],
  ["an invalid date", () => new Date(Number.NaN)],
  ["a regular expression", () => /a(?<name>b+)\/c/giu],
  [
    "a map",
    () =>
      new Map<unknown, unknown>([
        ["a", 1],
        [{ key: true }, new Map([[1, -0]])],
        [Number.NaN, undefined],
      ]),
  ],
  ["a set", () => new Set<unknown>([1, "1", { a: 1 }, new Set([null])])],
  ["boxed primitives", () => [Object(-0), Object("text"), Object(false), Object(1n)]],
  ["an ArrayBuffer", () => bytes(24)],
  ["an empty ArrayBuffer", () => new ArrayBuffer(0)],
  ["a DataView in the middle of its buffer", () => new DataView(bytes(24), 3, 7)],
  ["views of one buffer", sharedBuffer],
  ["a cycle", cycle],
  ["an object met twice", twice],
  ["a sparse array", () => Object.assign(new Array(5), { 0: 1, 2: undefined, 4: 5 })],
  ["an array of holes", () => new Array(100)],
  ["a sparse array with a far end", () => Object.assign([], { 50000000: "end" })],
  ["an array with extra fields", withFields],
  [
    "a sparse array with as many extra fields as holes",
    () => Object.assign(new Array(3), { 0: 1, 2: 3, x: 1 }),
  ],
  [
    "names that JSON writes with an escape",
    () => ["\\", "\n", '"', "\udfff"].map((name) => ({ a: 1, [name]: 2 })),
  ],
  ["an own __proto__ field", () => JSON.parse('{"__proto__":{"polluted":true},"a":1}')],
  ["nested errors", nestedErrors],
  ["200 levels", () => nested(200)],
  ["3000 items", () => Array.from({ length: 3000 }, (_, index) => ({ index }))],
];

const viewNames = ["Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array"]
  .concat(["Uint32Array", "Float16Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array"])
  .filter((name) => name in globalThis);

type ViewClass = new (buffer: ArrayBuffer, offset?: number, length?: number) => ArrayBufferView;

const views: readonly Entry[] = viewNames.flatMap((name): Entry[] => {
  const View = (globalThis as unknown as Record<string, ViewClass>)[name] as ViewClass;
  return [
    [`a whole ${name}`, () => new View(bytes(24))],
    [`a ${name} in the middle of its buffer`, () => new View(bytes(24), 8, 1)],
  ];
});

/** Every kind of value that structured clone copies without a loss. */
export const values: readonly TestValue[] = [
  ...[...primitives, ...cloned, ...views].map(([name, make]) => ({ name, make })),
  ...faithful.map(([name, make]) => ({ name, make, jsonFaithful: true })),
];

/** True when two values can't be told apart: -0, holes, undefined fields, prototypes, shared objects and all. */
export function sameValue(a: unknown, b: unknown): boolean {
  return isSame(a, b, { there: new Map(), back: new Map() });
}

/** Which object of one side stands for which of the other. */
interface Met {
  readonly there: Map<object, object>;
  readonly back: Map<object, object>;
}

function isSame(a: unknown, b: unknown, met: Met): boolean {
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return Object.is(a, b);
  if (met.there.has(a) || met.back.has(b)) return met.there.get(a) === b && met.back.get(b) === a;
  met.there.set(a, b);
  met.back.set(b, a);
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  return isSameContent(a, b, met) && isSameFields(a, b, met);
}

function isSameContent(a: object, b: object, met: Met): boolean {
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length;
  if (a instanceof Map) return b instanceof Map && isSame([...a], [...b], met);
  if (a instanceof Set) return b instanceof Set && isSame([...a], [...b], met);
  if (a instanceof Date) return b instanceof Date && Object.is(a.getTime(), b.getTime());
  if (a instanceof RegExp)
    return b instanceof RegExp && String(a) === String(b) && a.lastIndex === b.lastIndex;
  if (a instanceof Error) return b instanceof Error && isSameError(a, b, met);
  if (ArrayBuffer.isView(a)) return ArrayBuffer.isView(b) && isSameView(a, b, met);
  if (a instanceof ArrayBuffer) return b instanceof ArrayBuffer && Buffer.from(a).equals(Buffer.from(b));
  if (isBoxed(a)) return Object.is(a.valueOf(), b.valueOf());
  return true;
}

function isSameError(a: Error, b: Error, met: Met): boolean {
  const hidden = (error: Error) => [error.name, error.message, "cause" in error, error.cause];
  return isSame(hidden(a), hidden(b), met);
}

function isSameView(a: ArrayBufferView, b: ArrayBufferView, met: Met): boolean {
  if (a.byteOffset !== b.byteOffset || a.byteLength !== b.byteLength) return false;
  return isSame(a.buffer, b.buffer, met);
}

function isSameFields(a: object, b: object, met: Met): boolean {
  // The buffers of views are compared byte by byte.
  if (ArrayBuffer.isView(a)) return true;
  const names = Object.keys(a);
  const others = Object.keys(b);
  if (names.length !== others.length || names.some((name, index) => name !== others[index])) return false;
  return names.every((name) => isSame(read(a, name), read(b, name), met));
}

/** As a descriptor: a plain read of "__proto__" may give the prototype. */
function read(object: object, name: string): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(object, name);
  return descriptor?.get === undefined ? descriptor?.value : descriptor.get.call(object);
}

function isBoxed(value: object): boolean {
  return [Number, String, Boolean, BigInt].some((boxed) => value instanceof boxed);
}
