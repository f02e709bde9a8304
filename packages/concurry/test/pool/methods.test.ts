import { inspect } from "node:util";
import { Worker } from "concurry";
import { describe, expect, test } from "vitest";
import { Counter } from "#workers/counter";
import { Named } from "#workers/named";
import { MODES, nothingIsLeft, stoppedAfterEach } from "./support.ts";

const stopped = stoppedAfterEach();

describe.each(MODES)("in %s mode", (mode) => {
  const newCounter = (start?: number) => stopped(Counter.options({ mode }).init(start));
  const newNamed = () => stopped(Named.options({ mode }).init());

  test("methods run in a worker that keeps its state", async () => {
    const pool = newCounter(10);
    expect(await pool.add(5)).toBe(15);
    expect(await pool.addLater(1)).toBe(16);
    expect(await pool.get()).toBe(16);
  });

  test("methods get the arguments as given", async () => {
    const pool = newCounter();
    expect(await pool.all()).toEqual([]);
    expect(await pool.all(1, "two", [3], { four: 4 }, null, undefined)).toEqual([
      1,
      "two",
      [3],
      { four: 4 },
      null,
      undefined,
    ]);
    expect(await pool.echo([1, 2])).toEqual([1, 2]);
  });

  test("inherited, overridden and mixed-in methods are callable, and healthCheck is", async () => {
    const pool = newNamed();
    expect(await pool.inherited()).toBe("from the base");
    expect(await pool.overridden()).toBe("from the base, and from the class");
    expect(await pool.greet("Ada")).toBe("Hello Ada");
    expect(await pool.plain()).toBe("private");
    expect(await pool.healthCheck()).toBe(true);
  });

  test("getters, symbols, fields, statics and names with _ are no methods", () => {
    const pool = newNamed();
    for (const name of ["getter", "inAField", "builder", "_hidden", Symbol.search, "onStart", "onStop"]) {
      expect(Reflect.get(pool, name)).toBeUndefined();
    }
  });

  test("what a method throws arrives as itself", async () => {
    const pool = newCounter();
    const error = await pool.fail("too far").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ name: "RangeError", message: "too far" });
    expect(await pool.get()).toBe(0);
  });

  test("a misspelt method throws at the call, names far from all methods are undefined", () => {
    const pool = newCounter();
    const call = (object: object, name: string): unknown => (Reflect.get(object, name) as () => unknown)();
    for (const object of [pool, pool.broadcast, pool.workers[0] as object]) {
      expect(() => call(object, "adLater")).toThrow(
        new TypeError('Counter has no method "adLater"; did you mean "addLater"?'),
      );
      expect(Reflect.get(object, "asymmetricMatch")).toBeUndefined();
    }
  });

  test.each([
    ["resise", "resize"],
    ["stopp", "stop"],
    ["drian", "drain"],
    ["getPoolStat", "getPoolStats"],
    ["reday", "ready"],
    ["wiht", "with"],
    ["onn", "on"],
  ])("a misspelt member throws at the call: %s, %s", (name, meant) => {
    const pool = newCounter();
    const thrower = Reflect.get(pool, name) as () => unknown;
    expect(thrower).toBeTypeOf("function");
    expect(() => thrower()).toThrow(
      new TypeError(`Counter has no method "${name}"; did you mean "${meant}"?`),
    );
    expect(Reflect.get(pool.broadcast, name)).toBeUndefined();
    expect(Reflect.get(pool.workers[0] as object, name)).toBeUndefined();
  });

  test("what is looked for in a misspelt broadcast or workers throws, too", () => {
    const pool = newCounter() as unknown as Record<string, Record<string, unknown>>;
    expect(() => pool.brodcast?.add).toThrow('Counter has no method "brodcast"; did you mean "broadcast"?');
    expect(() => pool.worker?.[0]).toThrow('Counter has no method "worker"; did you mean "workers"?');
  });

  test.each(["stoped", "closed", "done", "size", "ok", "then", "toJSON", "catch", "finally", "id", "type"])(
    "%s is undefined, and so false",
    (name) => {
      expect(Reflect.get(newCounter(), name)).toBeUndefined();
    },
  );

  test("a pool is no thenable and no JSON of its own", async () => {
    const pool = newCounter();
    expect(await pool).toBe(pool);
    expect("then" in pool).toBe(false);
    expect(JSON.stringify({ pool })).toBe('{"pool":{}}');
  });

  test("a pool, its workers and its futures can be printed and compared", async () => {
    const pool = newCounter();
    const future = pool.get();
    expect(inspect(pool)).toBe("Pool of Counter {}");
    expect(inspect(pool.workers)).toContain("Pool of Counter");
    expect(inspect(pool.broadcast)).toContain("Pool of Counter");
    expect(inspect(future)).toMatch(/^Future \{ status: '\w+', workerIndex: 0 \}$/);
    expect(pool).toEqual(pool);
    expect({ pool }).not.toEqual({ pool: 1 });
    expect(`${pool}`).toBe("[object Object]");
    await future;
  });
});

describe("options()", () => {
  const untyped = (workerClass: unknown) =>
    (workerClass as { options(options: unknown): unknown }).options({ mode: "sync" });

  test.each(["stop", "workers", "with", "resize", "once", "stopped", "then", "toJSON"])(
    "refuses a class with a method %s",
    (name) => {
      class Misnamed extends Worker {}
      Object.defineProperty(Misnamed.prototype, name, { value: () => 1 });
      expect(() => untyped(Misnamed)).toThrow(TypeError);
      expect(() => untyped(Misnamed)).toThrow(`Misnamed can't have a method "${name}"`);
    },
  );

  test("refuses Worker itself", () => {
    expect(() => untyped(Worker)).toThrow(TypeError);
    expect(() => Reflect.construct(Worker, [])).toThrow(TypeError);
  });

  test("starts nothing", () => {
    expect(Object.keys(Counter.options({ mode: "thread" }))).toEqual(["init"]);
  });
});

nothingIsLeft();
