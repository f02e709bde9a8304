import { SerializationError } from "concurry";
import { afterAll, describe, expect, test } from "vitest";
import { Mirror } from "#workers/mirror";
import { COPYING_MODES, failureOf, stopAndCheck } from "./modes.ts";

const BURST = 100;

class Options {
  readonly onDone = (): void => {};
}

describe.each(COPYING_MODES)("in %s mode", (mode) => {
  const pool = Mirror.options({ mode, maxWorkers: 2 }).init();
  afterAll(() => stopAndCheck(pool));

  /** Makes one call in the middle of many others, which must all succeed. */
  async function amongOthers(call: () => PromiseLike<unknown>): Promise<unknown> {
    const good = (index: number): Promise<unknown> =>
      pool.echo(index % 3 === 0 ? index : index % 3 === 1 ? { index } : new Date(index));
    const before = Array.from({ length: BURST / 2 }, (_, index) => good(index));
    const failure = failureOf(call());
    const after = Array.from({ length: BURST / 2 }, (_, index) => good(index + BURST / 2));
    const results = await Promise.all([...before, ...after]);
    const expected = Array.from({ length: BURST }, (_, index) =>
      index % 3 === 0 ? index : index % 3 === 1 ? { index } : new Date(index),
    );
    expect(results).toEqual(expected);
    return failure;
  }

  test.each<[string, unknown, string]>([
    ["a symbol", Symbol("s"), ""],
    ["a symbol in a list", [1, [Symbol("s")]], "[1][0]"],
    ["a symbol in an object", { options: { onDone: Symbol("s") } }, ".options.onDone"],
    ["a symbol behind a date", { at: new Date(0), list: [{ "a b": Symbol("s") }] }, '.list[0]["a b"]'],
    ["a symbol in a map", new Map([["key", { run: Symbol("s") }]]), '.get("key").run'],
    ["a function in an instance of a class", { options: new Options() }, ".options.onDone"],
    ["a weak map", { deep: { map: new WeakMap() } }, ".deep.map"],
    ["a proxy", { it: new Proxy({}, {}) }, ".it"],
  ])("%s as an argument rejects its own call only", async (_name, value, path) => {
    const error = await amongOthers(() => pool.echo(value));

    expect(error).toBeInstanceOf(SerializationError);
    expect(error).toMatchObject({ code: "NOT_SERIALIZABLE", method: "echo", argument: 0, path });
    expect((error as Error).message).toContain("The first argument of echo() can't be sent to a worker");
  });

  test("the argument is named by its place", async () => {
    const error = await amongOthers(() => pool.second({ fine: true }, { list: [Symbol("s")] }));

    expect(error).toMatchObject({ method: "second", argument: 1, path: ".list[0]" });
    expect((error as Error).message).toContain("The second argument of second()");
  });

  test("a getter that throws is named with what it threw", async () => {
    const value = Object.defineProperty({}, "broken", {
      enumerable: true,
      get: () => {
        throw new Error("no value today");
      },
    });
    const error = await amongOthers(() => pool.echo({ value }));

    expect(error).toBeInstanceOf(SerializationError);
    expect(error).toMatchObject({ argument: 0, path: ".value.broken" });
    expect((error as Error).message).toContain("no value today");
  });

  test.each([
    ["itself", ""],
    ["nested", ".list[1].callback"],
    ["promise", ".list[0]"],
  ] as const)("an uncloneable result (%s) rejects its own call only", async (where, path) => {
    const error = await amongOthers(() => pool.uncloneable(where));

    expect(error).toBeInstanceOf(SerializationError);
    expect(error).toMatchObject({ method: "uncloneable", argument: undefined, path });
    expect((error as Error).message).toContain("The result of uncloneable() can't be sent to the caller");
  });

  test("an error arrives without the field that can't be cloned", async () => {
    const error = await amongOthers(() => pool.failWithFunction());

    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ message: "with a function", code: "E_WITH", fine: 1 });
    expect(error).not.toHaveProperty("callback");
  });

  test("a call that failed to leave counts as failed and leaves nothing waiting", async () => {
    const before = pool.getPoolStats();
    await amongOthers(() => pool.echo(Symbol("s")));
    const after = pool.getPoolStats();

    expect(after.failed - before.failed).toBe(1);
    expect(after.completed - before.completed).toBe(BURST);
    expect([after.queued, after.running]).toEqual([0, 0]);
  });

  test("an uncloneable argument of a broadcast rejects with the same kind of error", async () => {
    const error = await failureOf(pool.broadcast.second(1, { run: Symbol("s") }));

    expect(error).toBeInstanceOf(SerializationError);
    expect(error).toMatchObject({ method: "second", argument: 1, path: ".run" });
  });
});

test("what can't leave its process is refused there, and goes to threads", async () => {
  const thread = Mirror.options({ mode: "thread" }).init();
  const process = Mirror.options({ mode: "process" }).init();
  const shared = new SharedArrayBuffer(8);

  expect(await thread.echo(shared)).toBeInstanceOf(SharedArrayBuffer);
  expect(await failureOf(process.echo({ list: [shared] }))).toMatchObject({
    code: "NOT_SERIALIZABLE",
    path: ".list[0]",
  });
  expect(await process.echo("still up")).toBe("still up");
  await Promise.all([stopAndCheck(thread), stopAndCheck(process)]);
});

test("a value too large for a process rejects its own call", async () => {
  const pool = Mirror.options({ mode: "process" }).init();
  const error = await failureOf(pool.echo(new ArrayBuffer(2 ** 30)));

  expect(error).toBeInstanceOf(SerializationError);
  expect((error as Error).message).toContain("too large");
  expect(await pool.echo("still up")).toBe("still up");
  await stopAndCheck(pool);
});
