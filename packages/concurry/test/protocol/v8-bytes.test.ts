import { createSecretKey } from "node:crypto";
import { BlockList } from "node:net";
import { MessageChannel } from "node:worker_threads";
import fc from "fast-check";
import { expect, test } from "vitest";
import { pack, unpack } from "../../src/protocol/packed.ts";
import { fromBytes, toBytes } from "../../src/protocol/v8-bytes.ts";
import { sameValue, values } from "../values.ts";
import { nastyValue } from "./arbitraries.ts";

test.each(values)("$name arrives as it left, as bytes", ({ make }) => {
  expect(sameValue(fromBytes(toBytes(make())), make())).toBe(true);
});

test.each(values)("$name arrives as it left, in a control message", ({ make }) => {
  for (const wire of ["reference", "clone"] as const) {
    expect(sameValue(structuredClone(unpack(pack(make(), wire))), structuredClone(make()))).toBe(true);
  }
  const overJson = JSON.parse(JSON.stringify(pack(make(), "bytes")));
  expect(sameValue(unpack(overJson), make())).toBe(true);
});

test("a value that looks like a packed one is not mistaken for it", () => {
  for (const wire of ["reference", "clone", "bytes"] as const) {
    for (const value of [{ json: "1" }, { v8: "" }, { value: 1 }])
      expect(unpack(pack(value, wire))).toEqual(value);
  }
});

test("bytes copy what structured clone copies, in the same way", () => {
  fc.assert(
    fc.property(nastyValue, (value) => sameValue(fromBytes(toBytes(value)), structuredClone(value))),
    { numRuns: 5000 },
  );
});

test("bytes lose what structured clone loses", () => {
  class Point {
    x = 1;
    get double(): number {
      return 2;
    }
  }
  class OddError extends RangeError {
    code = "ODD";
  }
  const odd = new OddError("odd", { cause: { depth: 1 } });
  const lossy = [
    new Point(),
    Buffer.from("text"),
    { [Symbol("s")]: 1, a: 2 },
    {
      get a() {
        return 3;
      },
    },
    odd,
  ];
  for (const value of lossy) expect(sameValue(fromBytes(toBytes(value)), structuredClone(value))).toBe(true);
});

test("a resizable buffer stays resizable", () => {
  const Resizable = ArrayBuffer as unknown as new (
    length: number,
    options: { maxByteLength: number },
  ) => ArrayBuffer;
  const read = (buffer: unknown) => {
    const { byteLength, maxByteLength, resizable } = buffer as Record<string, unknown>;
    return { byteLength, maxByteLength, resizable };
  };
  const expected = { byteLength: 8, maxByteLength: 16, resizable: true };

  expect(read(fromBytes(toBytes(new Resizable(8, { maxByteLength: 16 }))))).toEqual(expected);
  const view = fromBytes(toBytes(new Uint8Array(new Resizable(8, { maxByteLength: 16 })))) as Uint8Array;
  expect(read(view.buffer)).toEqual(expected);
});

test("what can't leave a process is refused, also deep inside, and never written as an empty object", () => {
  const { port1, port2 } = new MessageChannel();
  const captive: unknown[] = [
    new SharedArrayBuffer(8),
    new Uint8Array(new SharedArrayBuffer(8)),
    port1,
    new Blob(["text"]),
    createSecretKey(Buffer.from("secret")),
    new ReadableStream(),
    new BlockList(),
    emptyWasmModule(),
  ];
  const functions = [() => 1, Symbol("s"), Promise.resolve(), new WeakMap(), new Proxy({}, {})];
  for (const value of [...captive, ...functions]) {
    const cause = new Error("holder", { cause: [value] });
    const long = Array.from({ length: 100 }, () => 1 as unknown);
    long[99] = value;
    for (const holder of [
      value,
      [value],
      { a: { b: value } },
      new Map([[1, value]]),
      new Set([value]),
      long,
      cause,
    ]) {
      expect(() => toBytes(holder)).toThrow(/could not be cloned/);
    }
  }
  port1.close();
  port2.close();
});

test("classes of the user may be named like those of the platform", () => {
  class Blob {
    text = "mine";
  }
  expect(fromBytes(toBytes([new Blob()]))).toEqual([{ text: "mine" }]);
});

test("what structured clone refuses of the platform's objects, bytes refuse", () => {
  for (const value of [new URL("http://localhost/"), new URLSearchParams("a=1"), new Headers({ a: "b" })]) {
    expect(throws(() => toBytes({ value }))).toBe(throws(() => structuredClone({ value })));
  }
});

test("no getter runs in the search for what can't be written", () => {
  let runs = 0;
  const value = Object.defineProperty({}, "field", { enumerable: true, get: () => (runs += 1) });
  toBytes(value);
  expect(runs).toBe(1);
});

function throws(action: () => unknown): boolean {
  try {
    action();
    return false;
  } catch {
    return true;
  }
}

/** By way of the global object: the compiler's types know it only with those of the DOM. */
function emptyWasmModule(): unknown {
  const { Module } = (globalThis as unknown as { WebAssembly: { Module: new (code: Uint8Array) => unknown } })
    .WebAssembly;
  return new Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
}
