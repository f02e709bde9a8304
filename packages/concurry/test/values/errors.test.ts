import assert from "node:assert";
import { types } from "node:util";
import { SerializationError } from "concurry";
import { afterAll, describe, expect, test } from "vitest";
import { make, RegisteredQuota, Thrower } from "#workers/thrower";
import { sameValue } from "../values.ts";
import { COPYING_MODES, failureOf, MODES, stopAndCheck } from "./modes.ts";

type AnyError = Error & Record<string, unknown>;

const BUILTINS = { Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError } as const;
const WAYS = ["sync", "later"] as const;

describe.each(MODES)("in %s mode", (mode) => {
  const pool = Thrower.options({ mode }).init();
  afterAll(() => stopAndCheck(pool));

  async function thrown(kind: string): Promise<AnyError> {
    const failures = await Promise.all([failureOf(pool.sync(kind)), failureOf(pool.later(kind))]);
    expect(look(failures[0])).toEqual(look(failures[1]));
    return failures[0] as AnyError;
  }

  test.each(Object.entries(BUILTINS))("a %s arrives as one", async (name, builtin) => {
    const error = (await failureOf(pool.builtin(name))) as AnyError;

    expect(Object.getPrototypeOf(error)).toBe(builtin.prototype);
    expect(types.isNativeError(error)).toBe(true);
    expect([error.name, error.message, Object.keys(error)]).toEqual([name, `a ${name}`, []]);
    expect(error.stack).toMatch(new RegExp(`^${name}: a ${name}\n +at .*builtin.*thrower`));
  });

  test("a registered class arrives as itself", async () => {
    const error = await thrown("registered");

    expect(error).toBeInstanceOf(RegisteredQuota);
    expect(error).toMatchObject({ name: "QuotaError", message: "used up", left: 3 });
  });

  test("message, code and own fields arrive", async () => {
    const error = await thrown("withFields");

    expect(error.message).toBe("with fields");
    expect(Object.keys(error)).toEqual(["code", "list", "zero", "nothing", "at", "inner"]);
    expect(error).toMatchObject({ code: "E_FIELDS", list: [1, { two: 2n }], at: new Date(5) });
    expect(Object.is(error.zero, -0)).toBe(true);
    expect(error.inner).toBeInstanceOf(TypeError);
  });

  test("a chain of causes arrives, to its end", async () => {
    const outer = await thrown("chain");
    const middle = outer.cause as AnyError;
    const inner = middle.cause as AnyError;

    expect([outer.message, middle.message, inner.message]).toEqual(["outer", "status 500", "inner"]);
    expect([middle.status, inner.name]).toEqual([500, "RangeError"]);
    expect(inner).toBeInstanceOf(RangeError);
    expect(inner.cause).toEqual({ why: -0 });
    expect(Object.keys(outer)).not.toContain("cause");
    let last = await thrown("longChain");
    while (last.cause !== undefined) last = last.cause as AnyError;
    expect(last.message).toBe("level 0");
  });

  test("an error that is its own cause arrives so", async () => {
    const error = await thrown("cycle");

    expect(error.cause).toBe(error);
    expect(error.self).toBe(error);
  });

  test("the errors of an AggregateError arrive, each as itself", async () => {
    const error = await thrown("aggregate");
    const [first, second, third] = error.errors as [AnyError, string, AnyError];

    expect(error).toBeInstanceOf(AggregateError);
    expect(error.message).toBe("several");
    expect(first).toBeInstanceOf(TypeError);
    expect(second).toBe("second");
    expect((third.errors as AnyError[])[0]).toMatchObject({ message: "status 1", status: 1 });
    expect(Object.keys(error)).toEqual([]);
  });

  test("errors of Node and of the platform arrive as themselves", async () => {
    expect(await thrown("missingFile")).toMatchObject({
      code: "ENOENT",
      syscall: "open",
      path: "/does/not/exist",
    });
    const assertion = await thrown("assertion");
    expect(assertion).toBeInstanceOf(assert.AssertionError);
    expect(assertion).toMatchObject({ code: "ERR_ASSERTION", actual: { a: 1 }, expected: { a: 2 } });
    const late = await thrown("domException");
    expect(late).toBeInstanceOf(DOMException);
    expect([late.name, late.message, late.code]).toEqual(["TimeoutError", "too late", 23]);
    expect((await thrown("aborted")).name).toBe("AbortError");
  });

  test.each(["undefined", "null", "string", "number", "object"])(
    "thrown %s arrives as that value",
    async (kind) => {
      for (const way of WAYS) expect(sameValue(await failureOf(pool[way](kind)), make(kind))).toBe(true);
    },
  );

  test("an error as a result follows structured clone, or stays itself", async () => {
    const error = (await pool.result()) as AnyError;

    expect(error).toBeInstanceOf(TypeError);
    expect([error.message, error.cause]).toEqual(["as a result", "why"]);
    expect(error.code).toBe(mode === "thread" || mode === "process" ? undefined : "E_LOST");
  });

  test("a failure harms no other call of its burst", async () => {
    const kinds = ["registered", "string", "withFields", "aggregate", "undefined"];
    const settled = await Promise.allSettled(
      Array.from({ length: 100 }, (_, index) =>
        index % 2 === 0 ? pool.sync(kinds[(index / 2) % kinds.length] as string) : pool.result(),
      ),
    );

    expect(settled.map(({ status }) => status)).toEqual(
      Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? "rejected" : "fulfilled")),
    );
  });

  test("a broadcast fails with the errors of all workers", async () => {
    const error = (await failureOf(pool.broadcast.sync("registered"))) as AggregateError;

    expect(error).toBeInstanceOf(AggregateError);
    expect(error.errors).toHaveLength(1);
    expect(error.errors[0]).toBeInstanceOf(RegisteredQuota);
  });
});

describe.each(COPYING_MODES)("in %s mode", (mode) => {
  const pool = Thrower.options({ mode }).init();
  afterAll(() => stopAndCheck(pool));

  test("a class that the caller doesn't know arrives as its nearest known one, by its own name", async () => {
    const error = (await failureOf(pool.sync("hidden"))) as AnyError;

    expect(Object.getPrototypeOf(error)).toBe(RangeError.prototype);
    expect(error).toMatchObject({ name: "HiddenError", message: "unknown to the caller", hidden: true });
    expect(String(error)).toBe("HiddenError: unknown to the caller");
  });

  test.each([
    ["function", /it is a function/],
    ["symbol", /it is a symbol/],
    ["promise", /\.later is a promise/],
  ])("a thrown %s arrives as an error that says what can't be sent", async (kind, reason) => {
    for (const way of WAYS) {
      const error = await failureOf(pool[way](kind));
      expect(error).toBeInstanceOf(SerializationError);
      expect((error as Error).message).toMatch(reason);
    }
  });

  test("the stack has the worker's frames, then the caller's async ones", async () => {
    async function outerCaller(): Promise<void> {
      await innerCaller();
    }
    async function innerCaller(): Promise<void> {
      await pool.deep();
    }
    const error = (await failureOf(outerCaller())) as AnyError;
    const names = error.stack?.match(/innermost|#?middle\b|\bdeep\b|innerCaller|outerCaller/g);

    expect(error.stack?.split("\n")[0]).toBe("Error: status 418");
    expect(names).toEqual(["innermost", "#middle", "deep", "innerCaller", "outerCaller"]);
    expect(error.stack).toMatch(/workers\/dist\/thrower\.js.*values\/errors\.test\.ts/s);
    expect(error.stack).not.toMatch(/concurry\/dist\/(index|host)/);
  });

  test("the errors further down have the worker's stacks", async () => {
    const error = (await failureOf(pool.sync("chain"))) as AnyError;

    for (const inner of [error.cause, (error.cause as Error).cause] as Error[])
      expect(inner.stack).toMatch(/\n +at .*workers\/dist\/thrower\.js/);
  });
});

/** What can be told apart of something thrown, but for stacks. */
function look(value: unknown, levels = 4): unknown {
  if (!(value instanceof Error) || levels === 0) return value instanceof Error ? value.message : value;
  const { name, message, cause, errors } = value as AnyError;
  const fields = Object.entries(value).map(([field, item]) => [field, look(item, levels - 1)]);
  return [
    Object.getPrototypeOf(value),
    [name, message, fields],
    look(cause, levels - 1),
    (errors as unknown[] | undefined)?.map((error) => look(error, levels - 1)),
  ];
}
