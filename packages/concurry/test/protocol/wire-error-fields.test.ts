import { describe, expect, test } from "vitest";
import { SerializationError } from "../../src/errors/call-errors.ts";
import { decodeThrown, encodeThrown } from "../../src/protocol/wire-error.ts";
import { sameValue, values } from "../values.ts";
import { HttpError, send, sendError, wires } from "./sending.ts";

describe.each(wires)("by %s", (wire) => {
  test.each(values)("$name arrives as it left, in a field", ({ make }) => {
    const error = Object.assign(new Error("a"), { field: make(), other: 1 });
    const arrived = sendError(error, wire);

    expect(sameValue(arrived.field, make())).toBe(true);
    expect(arrived.other).toBe(1);
  });

  test.each(values)("$name arrives as it left, thrown itself", ({ make }) => {
    expect(sameValue(send(make(), wire), make())).toBe(true);
  });

  test("the errors of an AggregateError arrive as themselves", () => {
    const arrived = sendError(
      new AggregateError([new HttpError(500), "text", new RangeError("b")], "many"),
      wire,
    );
    const [first, second, third] = arrived.errors as unknown[];

    expect(first).toBeInstanceOf(HttpError);
    expect((first as HttpError).status).toBe(500);
    expect(second).toBe("text");
    expect(third).toBeInstanceOf(RangeError);
    expect(Object.keys(arrived)).toEqual([]);
  });

  test("errors in fields keep what structured clone would lose", () => {
    const inner = Object.assign(new HttpError(503), { code: "BUSY" });
    const arrived = sendError(
      Object.assign(new Error("outer"), { inner, previousErrors: [inner, inner] }),
      wire,
    );

    expect(arrived.inner).toBeInstanceOf(HttpError);
    expect(arrived.inner).toMatchObject({ status: 503, code: "BUSY" });
    expect(arrived.previousErrors).toEqual([arrived.inner, arrived.inner]);
    expect(Object.keys(arrived)).toEqual(["inner", "previousErrors"]);
  });

  test("cycles of causes close again", () => {
    const first = new Error("first");
    const second = new TypeError("second", { cause: first });
    first.cause = second;
    const arrived = sendError(first, wire);

    expect((arrived.cause as Error).cause).toBe(arrived);
    expect(arrived.cause).toBeInstanceOf(TypeError);
  });

  test("10,000 causes arrive, each", () => {
    let error = new Error("0");
    for (let level = 1; level <= 10_000; level += 1) error = new Error(String(level), { cause: error });
    let depth = 0;
    for (let next = send(error, wire) as Error; next.cause !== undefined; next = next.cause as Error)
      depth += 1;

    expect(depth).toBe(10_000);
  });

  test("fields that can't be sent are left out, and named in what travels", () => {
    const error = Object.assign(new Error("a", { cause: () => 1 }), {
      code: 7,
      callback: () => 1,
      when: Promise.resolve(),
    });
    const encoded = encodeThrown(error, { wire });
    const arrived = decodeThrown(encoded) as Error;

    expect(encoded).toMatchObject({ errors: [{ lost: ["callback", "when", "cause"] }] });
    expect({ ...arrived }).toEqual({ code: 7 });
    expect(arrived.cause).toBeUndefined();
  });

  test("a thrown value that can't be sent is told by an error", () => {
    const arrived = sendError({ deep: [() => 1] }, wire);

    expect(arrived).toBeInstanceOf(SerializationError);
    expect(arrived.message).toContain(".deep[0] is a function");
    expect(sendError(Symbol("s"), wire)).toBeInstanceOf(SerializationError);
  });

  test("an own __proto__ field pollutes nothing", () => {
    const error = Object.defineProperty(new Error("a"), "__proto__", { value: { bad: 1 }, enumerable: true });
    const arrived = sendError(error, wire);

    expect(Object.getPrototypeOf(arrived)).toBe(Error.prototype);
    expect(Object.getOwnPropertyDescriptor(arrived, "__proto__")?.value).toEqual({ bad: 1 });
  });
});
