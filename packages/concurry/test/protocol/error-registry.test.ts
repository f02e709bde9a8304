import { expect, test } from "vitest";
import { registerError, registeredClass, registeredName } from "../../src/protocol/error-registry.ts";

class QuotaError extends Error {}

test("a class is known by its own name, or by the one it is given", () => {
  registerError(QuotaError);
  expect(registeredName(QuotaError)).toBe("QuotaError");
  expect(registeredClass("QuotaError")).toBe(QuotaError);

  registerError(QuotaError, "app.quota");
  expect(registeredName(QuotaError)).toBe("app.quota");
  expect(registeredClass("app.quota")).toBe(QuotaError);
});

test("what is no class of errors is refused", () => {
  for (const value of [undefined, null, "Error", {}, class Plain {}, () => 1]) {
    expect(() => registerError(value as never)).toThrow(TypeError);
  }
  expect(() => registerError(class extends Error {})).toThrow("registerError() needs a name");
  expect(registeredName(class Other extends Error {})).toBeUndefined();
  expect(registeredName("QuotaError")).toBeUndefined();
});
