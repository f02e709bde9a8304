import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { decodeThrown, encodeThrown } from "../../src/protocol/wire-error.ts";

const fail = (): never => {
  throw new Error("no");
};

function send(thrown: unknown): Record<string, unknown> {
  for (const wire of ["clone", "bytes"] as const) {
    const encoded = encodeThrown(thrown, { wire });
    expect(decodeThrown(structuredClone(encoded))).toBeInstanceOf(Error);
  }
  return decodeThrown(encodeThrown(thrown, { wire: "clone" })) as Record<string, unknown>;
}

function withGetter(name: string, get: () => unknown): Error {
  return Object.defineProperty(new Error("hostile"), name, { get, enumerable: true });
}

test.each(["name", "message", "stack", "code", "cause", "errors", "constructor", "other"])(
  "a getter of %s that throws breaks nothing",
  (name) => {
    expect(send(withGetter(name, fail))).toBeInstanceOf(Error);
  },
);

test.each([
  ["a number", 42, "42"],
  ["null", null, ""],
  ["an object", { toString: () => "text" }, "text"],
  ["an object that has no text", Object.create(null), ""],
  ["a symbol", Symbol("s"), "Symbol(s)"],
  ["a function", fail, String(fail)],
])("a message that is %s becomes text", (_name, message, text) => {
  const error = Object.defineProperty(new Error("a"), "message", { value: message });
  expect(send(error).message).toBe(text);
});

test("a name, stack or code of another type is not sent", () => {
  const error = new Error("a");
  for (const name of ["name", "stack", "code"]) Object.defineProperty(error, name, { value: [fail] });
  const arrived = send(error);

  expect(arrived.name).toBe("Error");
  expect(String(arrived.stack).split("\n")[0]).toBe("Error: a");
  expect(arrived.code).toBeUndefined();
});

test("a proxy of an error, whatever its handler does", () => {
  expect(send(new Proxy(new TypeError("inside"), {}))).toMatchObject({ message: "inside" });
  const traps = ["get", "has", "ownKeys", "getOwnPropertyDescriptor"];
  const handler = Object.fromEntries(traps.map((trap) => [trap, fail]));
  expect(send(new Proxy(new Error("inside"), handler))).toMatchObject({ message: "" });
  expect(send(new Proxy(new Error("inside"), { ...handler, getPrototypeOf: fail }))).toBeInstanceOf(Error);
});

test("an endless chain of prototypes ends", () => {
  const endless: object = new Proxy(new Error("a"), { getPrototypeOf: () => endless });
  const error = Object.setPrototypeOf(new Error("a"), endless);
  expect(send(error)).toMatchObject({ message: "a" });
});

test("a getter that makes a new cause at each look is followed to an end", () => {
  class Endless extends Error {
    constructor() {
      super("endless");
      Object.defineProperty(this, "cause", { get: () => new Endless() });
    }
  }
  const encoded = encodeThrown(new Endless(), { wire: "clone" });
  if (!("errors" in encoded)) throw new Error("an error must be encoded as one");

  expect(encoded.errors.at(-1)?.lost).toEqual(["cause"]);
  expect(decodeThrown(encoded)).toMatchObject({ message: "endless" });
});

test("a field with a getter that changes its answer is sent as it was first seen", () => {
  let looks = 0;
  const field = Object.defineProperty({}, "inner", {
    enumerable: true,
    get: () => (looks++ === 0 ? 1 : fail),
  });
  const encoded = encodeThrown(Object.assign(new Error("a"), { field }), { wire: "clone" });

  expect(decodeThrown(structuredClone(encoded))).toMatchObject({ field: { inner: 1 } });
});

test("an object that only pretends to be an error arrives as one", () => {
  const pretender = Object.create(RangeError.prototype, { message: { value: "made by hand" } });
  expect(send(pretender)).toBeInstanceOf(RangeError);
});

test("an error of another context arrives as an error of this one", () => {
  const foreign = runInNewContext("Object.assign(new TypeError('foreign'), { code: 'F' })");
  expect(send(foreign)).toMatchObject({ name: "TypeError", message: "foreign", code: "F" });
});

test("a name that can't be asked for breaks nothing", () => {
  const encoded = encodeThrown(new (class OddError extends Error {})("a"), { wire: "clone", exports: fail });
  expect(decodeThrown(encoded)).toMatchObject({ message: "a" });
});

test("an Error whose prototype was taken away arrives as an error", () => {
  expect(send(Object.setPrototypeOf(new Error("bare"), null))).toMatchObject({ message: "bare" });
});
