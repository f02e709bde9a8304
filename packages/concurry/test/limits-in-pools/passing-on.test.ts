import { LimitError, LimitPool, LimitSet, SerializationError } from "concurry";
import { describe, expect, test } from "vitest";
import { Limited, Middle } from "#workers/limited";
import { errorOf, HOSTED, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { calls, connections, isFree, limitOf, netOf, tokens } from "./support.ts";

const stopped = stoppedAfterEach();

const PAIRS = [
  ["thread", "thread"],
  ["thread", "process"],
  ["thread", "sync"],
  ["process", "async"],
  ["process", "thread"],
  ["async", "thread"],
  ["sync", "sync"],
] as const;

describe.each(PAIRS)("a worker in %s mode hands its limits on, to a pool in %s mode", (mode, innerMode) => {
  test("with rules and config", async () => {
    const limits = new LimitSet([calls(), tokens(), connections(2)], { config: { region: "north" } });
    const middle = stopped(Middle.options({ mode, limits }).init(innerMode, 1));
    expect(await middle.take({ tokens: 10 })).toMatchObject([{ tokens: 10 }]);
    // The outer call, and the acquire of an inner call, which no pool has charged.
    expect([netOf(middle, "callCount"), netOf(middle, "tokens")]).toEqual([2, 10]);
    await middle.use({ tokens: 10 }, { tokens: 4 });
    await until(() => netOf(middle, "tokens") === 14);
    expect(await middle.config({ connections: 1 })).toEqual({ region: "north" });
    const error = await errorOf(middle.use({ tokens: 1 }, { token: 1 }));
    expect(error).toBeInstanceOf(LimitError);
    expect(error).toMatchObject({ code: "LIMIT_UNKNOWN_KEY" });
    expect(await errorOf(middle.take({ tokens: 2000 }))).toMatchObject({ code: "LIMIT_EXCEEDS_CAPACITY" });
    expect(await errorOf(middle.take(null))).toMatchObject({ code: "LIMIT_AMOUNT_REQUIRED" });
    expect(await middle.innerStats()).toEqual({});
    await isFree(middle, "connections");
  });

  test.runIf(innerMode === "thread" || innerMode === "process")(
    "and gets back what an inner worker held when it died",
    async () => {
      const middle = stopped(Middle.options({ mode, limits: [connections(1)] }).init(innerMode, 1));
      expect(await middle.holdAndExit({ connections: 1 })).toBe("WORKER_CRASHED");
      await isFree(middle, "connections");
      expect(await middle.take({ connections: 1 })).toEqual([{ connections: 1 }]);
    },
  );
});

test("several sets that are handed on keep each its config", async () => {
  const sets = ["a", "b"].map((name) => new LimitSet([tokens()], { name, config: { name } }));
  const middle = stopped(Middle.options({ mode: "thread", limits: new LimitPool(sets) }).init("process", 1));
  const configs = [await middle.config({ tokens: 1 }), await middle.config({ tokens: 1 })];
  expect(configs).toEqual([{ name: "a" }, { name: "b" }]);
  expect(limitOf(middle, "a.tokens").charged).toBe(1);
});

test.each(HOSTED)(
  "a set of limits can't be an argument (%s), and the error says what it can be",
  async (mode) => {
    const pool = stopped(Limited.options({ mode }).init());
    const set = new LimitSet([tokens()]);
    for (const value of [set, { limits: [set] }, new LimitPool([set])]) {
      const error = await errorOf(pool.echo(value));
      expect(error).toBeInstanceOf(SerializationError);
      expect(error).toMatchObject({ code: "NOT_SERIALIZABLE", method: "echo", argument: 0 });
      expect(error.message).toMatch(/limits, which stay where they were made.*option `limits`.*this\.limits/);
    }
  },
);

nothingIsLeft();
