import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { look, Mirror } from "#workers/mirror";
import { Streamer } from "#workers/streamer";
import { nastyValue } from "../protocol/arbitraries.ts";
import { sameValue, values } from "../values.ts";
import { COPYING_MODES, failureOf, SHARING_MODES, stopAndCheck } from "./modes.ts";

const BATCHES = 25;
const BATCH = 16;

describe.each(COPYING_MODES)("in %s mode", (mode) => {
  const pool = Mirror.options({ mode }).init();
  afterAll(() => stopAndCheck(pool));

  test.each(values)("$name arrives as it left, wherever it stands", async ({ make }) => {
    const shown = make();
    const [alone, second, listed, nested, seen, wrong] = await Promise.all([
      pool.echo(make()),
      pool.second(-0, make()),
      pool.echo([1, make()]),
      pool.later({ inside: { value: make() } }),
      pool.look(shown, shown),
      Promise.all([failureOf(pool.fail(make(), "field")), failureOf(pool.fail(make(), "cause"))]),
    ]);
    const [withField, withCause] = wrong as [{ field: unknown }, Error];

    expect(seen).toEqual([look(shown), look(shown)]);
    for (const arrived of [alone, second, withField.field, withCause.cause])
      expect(sameValue(arrived, make()), look(arrived)).toBe(true);
    expect(sameValue(listed, [1, make()]), look(listed)).toBe(true);
    expect(sameValue(nested, { inside: { value: make() } }), look(nested)).toBe(true);
    expect(Object.hasOwn(withField, "field")).toBe(true);
    expect(Object.getOwnPropertyDescriptor(withCause, "cause")?.enumerable).toBe(false);
  });

  test("every value arrives as it left in a broadcast, too", async () => {
    for (const { name, make } of values) {
      const [arrived] = await pool.broadcast.second(make(), make());
      expect(sameValue(arrived, make()), name).toBe(true);
    }
  });

  test("every value arrives as it left as an item of a stream, and as what it returns", async () => {
    const streams = Streamer.options({ mode }).init();
    for (const list of [values, values.flatMap((value) => [value, value])]) {
      const made = list.map(({ make }) => make());
      const sent = streams.with({ highWaterMark: 64 }).valuesLater(made);
      for (const { name, make } of list) {
        const { value } = await sent.next();
        expect(sameValue(value, make()), name).toBe(true);
      }
      expect(await sent.next()).toEqual({ done: true, value: undefined });
    }
    for (const { name, make } of values) {
      const { done, value } = await streams.returning(make()).next();
      expect([done, sameValue(value, make())], name).toEqual([true, true]);
    }
    await streams.stop();
  });

  test("any value arrives as a structured clone of it does, in bursts of all kinds", async () => {
    const batch = fc.array(nastyValue, { minLength: BATCH, maxLength: BATCH });
    await fc.assert(
      fc.asyncProperty(batch, async (sent) => {
        const arrived = await Promise.all(sent.map((value) => pool.echo(value)));
        const together = await pool.echo(sent);
        for (const [index, value] of sent.entries())
          expect(sameValue(arrived[index], structuredClone(value)), look(value)).toBe(true);
        expect(sameValue(together, structuredClone(sent))).toBe(true);
      }),
      { numRuns: BATCHES },
    );
  });

  test("any value is thrown as a structured clone of it, or is an error's field", async () => {
    const batch = fc.array(nastyValue, { minLength: BATCH, maxLength: BATCH });
    await fc.assert(
      fc.asyncProperty(batch, async (sent) => {
        const thrown = await Promise.all(sent.map((value) => failureOf(pool.throwValue(value))));
        const failed = await Promise.all(sent.map((value) => failureOf(pool.fail(value, "field"))));
        for (const [index, value] of sent.entries()) {
          expect(sameValue(thrown[index], structuredClone(value)), look(value)).toBe(true);
          const { field } = failed[index] as { field: unknown };
          expect(sameValue(field, structuredClone(value)), look(value)).toBe(true);
        }
      }),
      { numRuns: BATCHES },
    );
  });

  test("classes, getters and symbols are lost as structured clone loses them", async () => {
    class Point {
      x = 1;
      get double(): number {
        return this.x * 2;
      }
    }
    const bytes = Buffer.from(new Uint8Array([97, 98, 99]).buffer);
    const sent = { point: new Point(), bytes, [Symbol("gone")]: 1 };

    expect(sameValue(await pool.echo(sent), structuredClone(sent))).toBe(true);
  });

  test.each([
    ["bytes", () => new Uint8Array(8 * 2 ** 20).map((_, index) => index % 251)],
    ["text", () => "xyz ü 😀 ".repeat(2 ** 20)],
    ["text in an object", () => ({ text: "0123456789abcdef".repeat(2 ** 19), after: [1, 2] })],
    ["numbers", () => Float64Array.from({ length: 2 ** 20 }, (_, index) => Math.sqrt(index))],
  ])("8 MiB of %s arrive whole, there and back", async (_name, make) => {
    const [first, second] = await Promise.all([pool.echo(make()), pool.second(1, make())]);

    expect(sameValue(first, make())).toBe(true);
    expect(sameValue(second, make())).toBe(true);
  });

  test.each([
    ["numbers", (index: number) => index],
    ["fractions", (index: number) => index / 7],
    ["strings", (index: number) => `item ${index} \ud800`],
    ["objects", (index: number) => ({ id: index, tags: [`${index}`] })],
    ["objects with dates", (index: number) => ({ at: new Date(index) })],
  ])("an array of 100,000 %s arrives whole", async (_name, item) => {
    const make = (): unknown[] => Array.from({ length: 100_000 }, (_, index) => item(index));

    expect(sameValue(await pool.echo(make()), make())).toBe(true);
  });

  test("a call may have very many arguments, or none", async () => {
    const many = Array.from({ length: 20_000 }, (_, index) => index);

    expect(await pool.count(...many)).toBe(20_000);
    expect(await pool.count(...many.map((index) => new Date(index)))).toBe(20_000);
    expect(await pool.count()).toBe(0);
    expect(await pool.count(undefined)).toBe(1);
    expect(await pool.count(undefined, undefined)).toBe(2);
    expect(await pool.look([], undefined)).toEqual(["[ [length]: 0 ]", "undefined"]);
  });
});

describe.each(SHARING_MODES)("in %s mode", (mode) => {
  const pool = Mirror.options({ mode }).init();
  afterAll(() => stopAndCheck(pool));

  test("every value is the very same object, also in an error", async () => {
    for (const { make } of values) {
      const value = make();
      expect(await pool.echo(value)).toBe(value);
      expect(await pool.second(1, value)).toBe(value);
      expect(await pool.later(value)).toBe(value);
      expect(await failureOf(pool.throwValue(value))).toBe(value);
      expect(((await failureOf(pool.fail(value, "field"))) as { field: unknown }).field).toBe(value);
    }
  });

  test("functions and instances pass, too", async () => {
    const callback = (): number => 1;
    const pending = new WeakMap();

    expect(await pool.echo({ callback, pending })).toEqual({ callback, pending });
    expect(await pool.uncloneable("nested")).toMatchObject({ list: [1, { callback: expect.any(Function) }] });
  });
});
