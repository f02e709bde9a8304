import { afterAll, describe, expect, test } from "vitest";
import { Mirror } from "#workers/mirror";
import { COPYING_MODES, SHARING_MODES, stopAndCheck } from "./modes.ts";

interface Marked {
  mark?: unknown;
  [name: string]: unknown;
}

/** Objects that travel in different ways: as JSON text, cloned for a value in them, cloned for their size. */
const OBJECTS: readonly (readonly [string, () => Marked])[] = [
  ["plain data", () => ({ id: 1, tags: ["a"] })],
  ["a date", () => ({ at: new Date(0) })],
  ["-0", () => ({ zero: -0 })],
  ["a buffer", () => ({ bytes: new Uint8Array(64) })],
  ["a cycle", () => withItself({ id: 1 })],
  ["3000 items", () => ({ list: Array.from({ length: 3000 }, (_, index) => ({ index })) })],
];

function withItself(object: Marked): Marked {
  object.self = object;
  return object;
}

describe.each(COPYING_MODES)("in %s mode", (mode) => {
  const pool = Mirror.options({ mode }).init();
  afterAll(() => stopAndCheck(pool));

  test.each(OBJECTS)(
    "calls of a burst that share an object with %s don't see each other's marks",
    async (_name, make) => {
      const shared = make();
      const found = await Promise.all(Array.from({ length: 100 }, () => pool.mark(shared)));

      expect(found).toEqual(new Array(100).fill(undefined));
      expect(shared).not.toHaveProperty("mark");
    },
  );

  test.each(OBJECTS)("calls that share a part of their arguments, %s, don't either", async (_name, make) => {
    const shared = make();
    const results = await Promise.all([
      pool.mark(shared),
      pool.echo([shared, shared]),
      pool.mark(shared),
      pool.echo({ shared }),
    ]);

    const [first, [left, right], third, { shared: last }] = results as [
      unknown,
      [Marked, Marked],
      unknown,
      { shared: Marked },
    ];
    expect([first, third, left.mark, last.mark]).toEqual([undefined, undefined, undefined, undefined]);
    expect(left).toBe(right);
    expect(left).not.toBe(last);
  });

  test.each(OBJECTS)(
    "inside one call an object with %s that stands twice is one object",
    async (_name, make) => {
      const shared = make();

      expect(await pool.areSame(shared, shared)).toBe(true);
      expect(await pool.areSame(shared, make())).toBe(false);
      const { left, right } = (await pool.echo({ left: [shared], right: shared })) as {
        left: [Marked];
        right: Marked;
      };
      expect(left[0]).toBe(right);
    },
  );

  test.each(OBJECTS)(
    "results that are one object with %s in the worker are each caller's own",
    async (_name, make) => {
      const fresh = Mirror.options({ mode }).init();
      await fresh.keep(make());
      const results = (await Promise.all([fresh.kept(), fresh.kept(), fresh.kept()])) as Marked[];
      (results[0] as Marked).mark = "mine";

      expect(new Set(results).size).toBe(3);
      expect([results[1]?.mark, results[2]?.mark]).toEqual([undefined, undefined]);
      expect(await fresh.kept()).not.toHaveProperty("mark");
      await stopAndCheck(fresh);
    },
  );

  test("arguments of plain data are read at the call, however long it waits", async () => {
    const sent = { round: 0, list: [0] };
    const calls = Array.from({ length: 300 }, (_, round) => {
      sent.round = round;
      sent.list[0] = round;
      return pool.echo(sent);
    });
    sent.round = -1;
    sent.list.push(-1);

    expect(await Promise.all(calls)).toEqual(
      Array.from({ length: 300 }, (_, round) => ({ round, list: [round] })),
    );
  });

  test("a lone call's arguments are read at the call, whatever they are", async () => {
    await pool.echo("up");
    const bytes = new Uint8Array([1, 2, 3]);
    const map = new Map([["a", new Date(1)]]);
    const arrived = pool.echo({ bytes, map });
    bytes.fill(9);
    map.set("b", new Date(2));

    expect(await arrived).toEqual({ bytes: new Uint8Array([1, 2, 3]), map: new Map([["a", new Date(1)]]) });
  });

  test("what the worker does to a result later doesn't reach the caller", async () => {
    const object: Marked = { list: [1, 2] };
    const [first, found, second] = await Promise.all([
      pool.echo(object),
      pool.mark(object),
      pool.echo(object),
    ]);

    expect([first, found, second]).toEqual([object, undefined, object]);
  });
});

describe.each(SHARING_MODES)("in %s mode", (mode) => {
  const pool = Mirror.options({ mode }).init();
  afterAll(() => stopAndCheck(pool));

  test("objects are shared with the worker, like those of any function", async () => {
    const shared: Marked = {};

    expect(await pool.mark(shared)).toBe(undefined);
    expect(shared.mark).toBe("marked by a call");
    expect(await pool.mark(shared)).toBe("marked by a call");
    expect(await pool.areSame(shared, shared)).toBe(true);
  });
});
