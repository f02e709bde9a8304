import { inspect } from "node:util";
import { describe, expect, expectTypeOf, test } from "vitest";
import {
  type CallCore,
  CORE,
  MethodsObject,
  methodsObjectFor,
  poolClassFor,
} from "../../src/pool/pool-class.ts";

class Recorder implements CallCore {
  stream(): never {
    throw new Error("none of these methods is a generator");
  }

  readonly calls: unknown[] = [];

  call(methodIndex: number, callArguments: unknown[]): string {
    this.calls.push([methodIndex, callArguments]);
    return `result of ${methodIndex}`;
  }
}

class Members extends MethodsObject<Recorder> {
  get size(): number {
    return this[CORE].calls.length;
  }
  stop(): string {
    return "stopped";
  }
}

class Embedder {}
const METHODS = ["embed", "process", "with spaces", "get"];

interface Embedding extends Members {
  embed(...values: unknown[]): unknown;
  process(...values: unknown[]): unknown;
}

function newPool(core: Recorder = new Recorder()): Embedding {
  return new (poolClassFor(Embedder, METHODS, Members))(core) as Embedding;
}

describe("a pool's methods", () => {
  test("call the core with their place in the list and the arguments as given", () => {
    const core = new Recorder();
    const pool = newPool(core);

    expect(pool.embed()).toBe("result of 0");
    expect(pool.process("a", undefined, [1])).toBe("result of 1");
    expect(core.calls).toEqual([
      [0, []],
      [1, ["a", undefined, [1]]],
    ]);
  });

  test("have their names, and are found by reflection but not among the keys", () => {
    const pool = newPool();

    expect(pool.embed.name).toBe("embed");
    expect("embed" in pool).toBe(true);
    expect(Object.keys(pool)).toEqual([]);
    expect(Object.getOwnPropertyNames(Object.getPrototypeOf(pool))).toEqual(["constructor", ...METHODS]);
  });

  test("can be replaced on one pool, as spies do", () => {
    const [spied, other] = [newPool(), newPool()];
    spied.embed = () => "spied";

    expect(spied.embed()).toBe("spied");
    expect(other.embed()).toBe("result of 0");
  });

  test("say what is wrong when they are taken off their pool", () => {
    const { embed } = newPool();

    expect(() => embed("a")).toThrow(
      new TypeError('"embed" was called without its pool: write pool.embed(…)'),
    );
  });
});

test("members stand beside the methods and reach the core", () => {
  const pool = newPool();
  pool.embed();

  expect(pool.stop()).toBe("stopped");
  expect(pool.size).toBe(1);
  expect(pool).toBeInstanceOf(Members);
});

test("a class has one prototype for all its pools, each class its own", () => {
  class Other {}

  expect(poolClassFor(Embedder, METHODS, Members)).toBe(poolClassFor(Embedder, METHODS, Members));
  expect(poolClassFor(Other, METHODS, Members)).not.toBe(poolClassFor(Embedder, METHODS, Members));
  expect(poolClassFor(Embedder, METHODS, MethodsObject)).not.toBe(poolClassFor(Embedder, METHODS, Members));
});

test("an object of methods only has no members of a pool", () => {
  const core = new Recorder();
  const worker = methodsObjectFor(Embedder, METHODS, core) as unknown as Record<string, unknown>;

  expect(worker.stop).toBeUndefined();
  expect((worker.get as () => unknown).call(worker)).toBe("result of 3");
});

describe("a name that the class has not", () => {
  const misspelt = (name: string): unknown => Reflect.get(newPool(), name);

  test.each([
    ["proces", "process"],
    ["Process", "process"],
    ["porcess", "process"],
    ["embedd", "embed"],
    ["_embed", "embed"],
    ["ge", "get"],
  ])("%s: throws when it is called, with the nearest name", (name, meant) => {
    const thrower = misspelt(name) as () => unknown;

    expect(thrower).toBeTypeOf("function");
    expect(() => thrower()).toThrow(
      new TypeError(`Embedder has no method "${name}"; did you mean "${meant}"?`),
    );
  });

  test.each([
    "then",
    "toJSON",
    "catch",
    "finally",
    "asymmetricMatch",
    "nodeType",
    "$$typeof",
    "inspect",
    "length",
    "name",
    "a",
    "id",
    "0",
  ])("%s: is undefined", (name) => {
    expect(misspelt(name)).toBeUndefined();
    expect(name in newPool()).toBe(false);
  });

  test.each(["then", "catch", "toJSON"])(
    "%s: is undefined even beside a method of nearly that name",
    (name) => {
      const near = methodsObjectFor(class Near {}, [`${name}s`], new Recorder());

      expect(Reflect.get(near, name)).toBeUndefined();
    },
  );

  test("that is a symbol is undefined", () => {
    const pool = newPool();

    for (const symbol of [Symbol.iterator, Symbol.toPrimitive, Symbol("embed")]) {
      expect(Reflect.get(pool, symbol)).toBeUndefined();
    }
  });
});

test("a pool is no thenable: await gives it back", async () => {
  const pool = newPool();

  expect(await pool).toBe(pool);
});

test("a pool prints as one line, without what is inside", () => {
  const pool = newPool();

  expect(inspect(pool, { depth: 5 })).toBe("Pool of Embedder {}");
  expect(String(pool)).toBe("[object Object]");
  expect(JSON.stringify(pool)).toBe("{}");
});

test("a pool may be given fields, and compared by test tools", () => {
  const pool = Object.assign(newPool(), { label: "a" });

  expectTypeOf(pool.label).toEqualTypeOf<string>();
  expect(pool.label).toBe("a");
  expect(pool).toEqual(pool);
  expect(pool).not.toEqual({ label: "b" });
});
