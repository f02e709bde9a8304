import { createSecretKey } from "node:crypto";
import { MessageChannel } from "node:worker_threads";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findUncloneable } from "../../src/protocol/uncloneable.ts";
import { toBytes } from "../../src/protocol/v8-bytes.ts";
import { values } from "../values.ts";
import { nastyValue } from "./arbitraries.ts";

describe("the place of what can't be cloned", () => {
  class Point {
    onMove = () => 1;
  }

  test.each([
    ["itself", () => 1, ""],
    ["a list's item's field", [{ items: { callback: () => 1 } }], "[0].items.callback"],
    ["a field", { options: { handler: () => 1 } }, ".options.handler"],
    ["a key that is no name", { "on end": { 7: () => 1 } }, '["on end"]["7"]'],
    [
      "a map's value",
      {
        map: new Map<string, unknown>([
          ["a", 1],
          ["b", () => 1],
        ]),
      },
      '.map.get("b")',
    ],
    ["a map's value under an object", new Map([[{}, () => 1]]), ".values()[0]"],
    ["a map's key", new Map([[() => 1, 1]]), ".keys()[0]"],
    ["a set's item", [new Set<unknown>([1, () => 1])], "[0].values()[1]"],
    ["an extra field of a list", Object.assign([1], { extra: () => 1 }), ".extra"],
    ["a field of a class", { point: new Point() }, ".point.onMove"],
    ["the cause of an error", { error: new Error("e", { cause: () => 1 }) }, ".error.cause"],
    [
      "an own __proto__ field",
      Object.defineProperty({}, "__proto__", { value: () => 1, enumerable: true }),
      ".__proto__",
    ],
  ])("is told for %s", (_name, value, path) => {
    expect(findUncloneable(value)).toEqual({ path, reason: "a function" });
    expect(findUncloneable(value, "bytes")).toEqual({ path, reason: "a function" });
    expect(findUncloneable(value, "reference")).toBeUndefined();
  });
});

describe("what it is", () => {
  const detached = new ArrayBuffer(8);
  structuredClone(detached, { transfer: [detached] });

  test.each([
    ["a symbol", Symbol("s")],
    ["a promise", Promise.resolve()],
    ["a Proxy", new Proxy([], {})],
    ["a WeakMap", new WeakMap()],
    ["a WeakSet", new WeakSet()],
    ["a WeakRef", new WeakRef({})],
    ["a generator", (function* () {})()],
    ["an ArrayBuffer that was moved away before", detached],
    ["an object that can't be cloned, of class NumberFormat", new Intl.NumberFormat()],
    [
      "a getter that throws (no)",
      {
        get field() {
          throw new Error("no");
        },
      },
    ],
  ])("is %s", (reason, value) => {
    for (const wire of ["clone", "bytes"] as const)
      expect(findUncloneable([value], wire)?.reason).toBe(reason);
  });

  test.each([
    ["a SharedArrayBuffer", new SharedArrayBuffer(8)],
    ["a SharedArrayBuffer", new Uint8Array(new SharedArrayBuffer(8))],
    ["a Blob", new Blob([])],
    ["a KeyObject", createSecretKey(Buffer.from("secret"))],
  ])("is %s, when the way leads to another process", (name, value) => {
    expect(findUncloneable([value], "bytes")?.reason).toBe(`${name}, which can't leave its process`);
    expect(findUncloneable([value], "clone")).toBeUndefined();
  });

  test("is a port, unless it is among what moves", () => {
    const { port1, port2 } = new MessageChannel();
    const value = { port: port1, late: { callback: () => 1 } };

    expect(findUncloneable(value)?.reason).toContain("MessagePort");
    expect(findUncloneable(value, "bytes")?.reason).toContain("can't leave its process");
    expect(findUncloneable(value, "clone", [port1])?.path).toBe(".late.callback");
    expect(findUncloneable({ port: port1 }, "clone", [port1])).toBeUndefined();
    port1.close();
    port2.close();
  });

  test("is something too deep, when it is", () => {
    let value: unknown = 1;
    for (let level = 0; level < 100_000; level += 1) value = [value];
    expect(findUncloneable(value)?.reason).toBe("nested too deeply");
  });
});

test.each(values)("$name holds nothing that can't be cloned", ({ make }) => {
  expect(findUncloneable(make(), "clone")).toBeUndefined();
  expect(findUncloneable(make(), "bytes")).toBeUndefined();
});

test("something is found exactly when cloning fails", () => {
  const captive = fc.constantFrom<(value: unknown) => unknown>(
    (value) => value,
    (value) => ({ value, end: () => 1 }),
    (value) => [value, new WeakMap()],
    (value) => new Map([[value, Symbol("s")]]),
    (value) => [Promise.resolve(value)],
  );
  const fails = (action: () => unknown) => {
    try {
      action();
      return false;
    } catch {
      return true;
    }
  };
  fc.assert(
    fc.property(nastyValue, captive, (value, hide) => {
      const hidden = hide(value);
      expect(findUncloneable(hidden, "clone") !== undefined).toBe(fails(() => structuredClone(hidden)));
      expect(findUncloneable(hidden, "bytes") !== undefined).toBe(fails(() => toBytes(hidden)));
    }),
    { numRuns: 2000 },
  );
});
