import assert from "node:assert";
import { readFileSync } from "node:fs";
import { types } from "node:util";
import { describe, expect, test } from "vitest";
import { StoppedError, TimeoutError } from "../../src/errors/call-errors.ts";
import { ConcurryError } from "../../src/errors/concurry-error.ts";
import { WorkerCrashedError } from "../../src/errors/worker-errors.ts";
import { registerError } from "../../src/protocol/error-registry.ts";
import { classify, JSON_FAITHFUL } from "../../src/protocol/json-faithful.ts";
import { decodeThrown, encodeThrown } from "../../src/protocol/wire-error.ts";
import { caught, HttpError, sendError, wires } from "./sending.ts";

class NotFoundError extends HttpError {
  override name = "NotFoundError";
}

describe.each(wires)("by %s", (wire) => {
  test.each([
    ["Error", new Error("a")],
    ["TypeError", new TypeError("a")],
    ["RangeError", new RangeError("a")],
    ["SyntaxError", new SyntaxError("a")],
    ["ReferenceError", new ReferenceError("a")],
    ["EvalError", new EvalError("a")],
    ["URIError", new URIError("a")],
    ["AggregateError", new AggregateError([], "a")],
  ])("a built-in %s arrives as one", (name, error) => {
    const arrived = sendError(error, wire);

    expect(Object.getPrototypeOf(arrived)).toBe(Object.getPrototypeOf(error));
    expect(types.isNativeError(arrived)).toBe(true);
    expect([arrived.name, arrived.message]).toEqual([name, "a"]);
    expect(Object.keys(arrived)).toEqual([]);
    expect(String(arrived.stack).startsWith(String(error.stack))).toBe(true);
  });

  test("errors of Node keep class, code and fields", () => {
    const missing = sendError(
      caught(() => readFileSync("/does/not/exist")),
      wire,
    );
    expect(missing).toMatchObject({ code: "ENOENT", syscall: "open", path: "/does/not/exist", errno: -2 });

    const wrong = sendError(
      caught(() => Buffer.from(1 as never)),
      wire,
    );
    expect(wrong).toBeInstanceOf(TypeError);
    expect(wrong.code).toBe("ERR_INVALID_ARG_TYPE");

    const failed = sendError(
      caught(() => assert.deepStrictEqual({ a: 1 }, { a: 2 })),
      wire,
    );
    expect(failed).toBeInstanceOf(assert.AssertionError);
    expect(failed).toMatchObject({ actual: { a: 1 }, expected: { a: 2 }, code: "ERR_ASSERTION" });
  });

  test("a DOMException stays one", () => {
    const arrived = sendError(new DOMException("too late", "TimeoutError"), wire);

    expect(arrived).toBeInstanceOf(DOMException);
    expect([arrived.name, arrived.message, arrived.code]).toEqual(["TimeoutError", "too late", 23]);
    expect(
      sendError(
        caught(() => AbortSignal.abort().throwIfAborted()),
        wire,
      ).name,
    ).toBe("AbortError");
  });

  test("an exported class is rebuilt without its constructor", () => {
    const arrived = sendError(new HttpError(404, { cause: "why" }), wire);

    expect(arrived).toBeInstanceOf(HttpError);
    expect(types.isNativeError(arrived)).toBe(true);
    expect(arrived).toMatchObject({ status: 404, isClient: true, message: "status 404", cause: "why" });
    expect(Object.getOwnPropertyDescriptor(arrived, "cause")?.enumerable).toBe(false);
    expect(() => arrived.secret).toThrow(TypeError);
  });

  test("a subclass that is not exported arrives as the nearest class that is, by its own name", () => {
    const arrived = sendError(new NotFoundError(404), wire);

    expect(Object.getPrototypeOf(arrived)).toBe(HttpError.prototype);
    expect(arrived.name).toBe("NotFoundError");
  });

  test("a class that the other side can't find arrives as an Error by its name", () => {
    class GoneError extends RangeError {}
    GoneError.prototype.name = "GoneError";
    const gone = new GoneError("gone");
    const encoded = encodeThrown(gone, { wire, exports: () => "GoneError" });
    const arrived = decodeThrown(encoded, { resolveExport: () => undefined }) as Error;

    expect(Object.getPrototypeOf(arrived)).toBe(RangeError.prototype);
    expect(arrived.name).toBe("GoneError");
    expect(Object.keys(arrived)).toEqual([]);
  });

  test("a registered class is found by its name", () => {
    class QuotaError extends Error {
      left = 3;
    }
    registerError(QuotaError, `quota.${wire}`);
    const arrived = sendError(new QuotaError("used up"), wire);

    expect(arrived).toBeInstanceOf(QuotaError);
    expect(arrived.left).toBe(3);
  });

  test("our own errors keep their class and facts", () => {
    const crash = new WorkerCrashedError("died", {
      exitCode: 3,
      workerIndex: 1,
      cause: new StoppedError("stopped"),
    });
    const arrived = sendError(crash, wire);

    expect(arrived).toBeInstanceOf(WorkerCrashedError);
    expect(Object.getPrototypeOf(arrived)).toBe(WorkerCrashedError.prototype);
    expect(arrived).toMatchObject({ code: "WORKER_CRASHED", exitCode: 3, workerIndex: 1, started: true });
    expect(Object.keys(arrived)).toEqual(Object.keys(crash));
    expect(arrived.cause).toBeInstanceOf(StoppedError);
    expect(sendError(new TimeoutError("late", { timeoutMs: 5 }), wire)).toMatchObject({
      name: "TimeoutError",
      timeoutMs: 5,
    });
  });

  test("a user's subclass of one of ours still is one of ours", () => {
    class SlowError extends TimeoutError {}
    const arrived = sendError(new SlowError("slow"), wire);

    expect(arrived).toBeInstanceOf(TimeoutError);
    expect(arrived).toBeInstanceOf(ConcurryError);
  });
});

test("usual errors travel as JSON", () => {
  const usual = [
    new Error("a"),
    new HttpError(404, { cause: new TypeError("b") }),
    caught(() => readFileSync("/no")),
  ];
  for (const error of usual) expect(classify(encodeThrown(error, { wire: "clone" }))).toBe(JSON_FAITHFUL);
});

test("in the caller's realm values pass by reference", () => {
  const field = () => 1;
  const arrived = decodeThrown(encodeThrown(Object.assign(new Error("a"), { field }), { wire: "reference" }));

  expect((arrived as { field: unknown }).field).toBe(field);
});
