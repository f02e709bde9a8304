import { expect, test } from "vitest";
import { SerializationError } from "../../src/errors/call-errors.ts";
import { serializationError } from "../../src/protocol/serialization-failure.ts";

const cause = new Error("could not be cloned");

test("the message tells method, argument, place, kind and remedy", () => {
  const error = serializationError("embed", "arguments", [1, { on: { end: () => 1 } }], cause, "clone");

  expect(error).toBeInstanceOf(SerializationError);
  expect(error.message).toBe(
    "The second argument of embed() can't be sent to a worker: .on.end is a function. " +
      "Functions are lent as arguments of calls, or in the arrays and plain objects of these; elsewhere send data.",
  );
  expect(error).toMatchObject({
    method: "embed",
    argument: 1,
    path: ".on.end",
    cause,
    code: "NOT_SERIALIZABLE",
  });
});

test("one bare argument is the first", () => {
  const error = serializationError("embed", "argument", [1, Promise.resolve()], cause, "clone");

  expect(error).toMatchObject({ argument: 0, path: "[1]" });
  expect(error.message).toContain("The first argument of embed()");
  expect(error.message).toContain("Await it first");
});

test("a result has no argument", () => {
  const error = serializationError("open", "result", new SharedArrayBuffer(1), cause, "bytes");

  expect(error.argument).toBeUndefined();
  expect(error.message).toBe(
    "The result of open() can't be sent to the caller: it is a SharedArrayBuffer, which can't leave its process. " +
      'Send a copy of its bytes, or use mode "thread".',
  );
});

test("arguments past the sixth are told by number", () => {
  const list = [1, 2, 3, 4, 5, 6, 7, Symbol("s")];
  expect(serializationError("embed", "arguments", list, cause, "clone").message).toContain(
    "Argument number 8 of embed()",
  );
});

test("where nothing is found, what the attempt threw is the reason", () => {
  const error = serializationError("embed", "arguments", [1], cause, "clone");

  expect(error.message).toBe("An argument of embed() can't be sent to a worker: could not be cloned");
  expect(error.path).toBeUndefined();
});
