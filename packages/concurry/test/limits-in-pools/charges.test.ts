import { CallLimit, LimitError, LimitSet } from "concurry";
import { describe, expect, test } from "vitest";
import { Limited, Prepared } from "#workers/limited";
import { errorOf, MODES, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { calls, connections, limitOf, netOf, tokens } from "./support.ts";

const stopped = stoppedAfterEach();

describe.each(MODES)("in %s mode", (mode) => {
  const poolOf = (limits: ConstructorParameters<typeof LimitSet>[0] | LimitSet, more: object = {}) =>
    stopped(Limited.options({ mode, limits, ...more }).init());
  const standard = () => poolOf([calls(), tokens(), connections()]);
  const charged = (pool: ReturnType<typeof standard>) => ({
    calls: netOf(pool, "callCount"),
    tokens: netOf(pool, "tokens"),
    connections: limitOf(pool, "connections").inUse,
  });

  test("a method that acquires nothing costs its call alone", async () => {
    const pool = standard();
    await pool.plain();
    expect(charged(pool)).toEqual({ calls: 1, tokens: 0, connections: 0 });
  });

  test("an acquire inside a call is charged for what it names, in either form", async () => {
    const pool = standard();
    expect(await pool.take({ tokens: 100 })).toEqual([{ tokens: 100 }]);
    expect(await pool.take({ requested: { tokens: 100 } })).toEqual([{ tokens: 100 }]);
    expect(charged(pool)).toEqual({ calls: 2, tokens: 200, connections: 0 });
  });

  test("what is no request is refused with the same words in every mode", async () => {
    const pool = standard();
    const error = await errorOf(pool.use(5 as never, {}));
    expect([error.name, error.message]).toEqual([
      "TypeError",
      "The request must be an object with amounts by key, got 5",
    ]);
    expect(charged(pool)).toEqual({ calls: 1, tokens: 0, connections: 0 });
  });

  test("a resource comes back when the body throws, and the body's error surfaces", async () => {
    const pool = standard();
    const error = await errorOf(pool.takeAndThrow({ connections: 1 }));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe("the body failed");
    await until(() => limitOf(pool, "connections").inUse === 0);
    expect(limitOf(pool, "connections").granted).toBe(1);
    expect(charged(pool).calls).toBe(1);
  });

  test("several names are taken in one step", async () => {
    const pool = standard();
    const taken = await pool.keep({ tokens: 100, connections: 1 });
    expect(taken).toEqual({ tokens: 100, connections: 1 });
    expect(charged(pool)).toEqual({ calls: 1, tokens: 100, connections: 1 });
    expect(await pool.giveBack()).toBe(1);
    await until(() => limitOf(pool, "connections").inUse === 0);
  });

  test("each acquire is charged for its tokens, the call once", async () => {
    const pool = standard();
    await pool.take({ tokens: 100 }, { tokens: 100 }, { tokens: 100 });
    expect(charged(pool)).toEqual({ calls: 1, tokens: 300, connections: 0 });
  });

  test("naming the call limit counts more, after the credit of the pool's own charge", async () => {
    const pool = standard();
    const request = { callCount: 1, tokens: 100 };
    await pool.take(request, request, request);
    expect(charged(pool)).toEqual({ calls: 3, tokens: 300, connections: 0 });
  });

  test("acquire() without argument needs an amount for a rate, and takes nothing", async () => {
    const pool = standard();
    const error = await errorOf(pool.take(null));
    expect(error).toBeInstanceOf(LimitError);
    expect(error).toMatchObject({ code: "LIMIT_AMOUNT_REQUIRED", key: "tokens" });
    expect(error.message).toBe("Must specify requested amount for RateLimit 'tokens'");
    expect(charged(pool)).toEqual({ calls: 1, tokens: 0, connections: 0 });
  });

  test("acquire() takes one of each resource that the call doesn't hold yet", async () => {
    const pool = poolOf([calls(), connections(1)]);
    const [outer, inner] = await pool.takeTwice();
    expect(outer).toEqual({ connections: 1 });
    expect(inner).toEqual({});
    await until(() => limitOf(pool, "connections").inUse === 0);
    expect(netOf(pool, "callCount")).toBe(1);
  });

  test("update says what was really used", async () => {
    const pool = standard();
    await pool.use({ tokens: 100 }, { tokens: 42 });
    await until(() => netOf(pool, "tokens") === 42);
    expect(charged(pool)).toEqual({ calls: 1, tokens: 42, connections: 0 });
    expect(limitOf(pool, "tokens")).toMatchObject({ charged: 100, refunded: 58, available: 958 });
  });

  test("more than was requested is charged, or with overdraft error refused where it is said", async () => {
    const pool = poolOf([tokens(), new CallLimit({ windowSeconds: 60, capacity: 9, overdraft: "error" })]);
    await pool.use({ tokens: 100 }, { tokens: 300 });
    await until(() => netOf(pool, "tokens") === 300);
    const error = await errorOf(pool.use({ callCount: 1 }, { callCount: 3 }));
    expect(error).toMatchObject({ name: "LimitError", code: "LIMIT_OVERDRAFT" });
    expect(netOf(pool, "callCount")).toBe(2);
  });

  test("each attempt of a retry is charged, what it acquires, too", async () => {
    const retry = { retries: 2, waitMs: 1 };
    const pool = poolOf([calls(), tokens(), connections(1)], { retry });
    expect(await pool.succeedAt(3, { tokens: 100, connections: 1 })).toBe(3);
    await until(() => limitOf(pool, "connections").inUse === 0);
    expect(charged(pool)).toEqual({ calls: 3, tokens: 300, connections: 0 });
  });

  test.each([
    [
      { tokens: 1500 },
      "LIMIT_EXCEEDS_CAPACITY",
      "Requested amount (1500) exceeds capacity (1000) for limit 'tokens'",
    ],
    [{ token: 1 }, "LIMIT_UNKNOWN_KEY", "tokens"],
    [{ tokens: Number.NaN }, "LIMIT_BAD_AMOUNT", "NaN"],
    [{ tokens: -1 }, "LIMIT_BAD_AMOUNT", "-1"],
    [{ connections: 0.5 }, "LIMIT_BAD_AMOUNT", "0.5"],
  ])("%o is refused at once, with %s", async (request, code, message) => {
    const pool = standard();
    const error = await errorOf(pool.take(request as Record<string, number>));
    expect(error).toBeInstanceOf(LimitError);
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(message);
    expect(charged(pool)).toEqual({ calls: 1, tokens: 0, connections: 0 });
  });

  test("with charge acquire the pool charges nothing, each outermost acquire does", async () => {
    const pool = poolOf([calls(100, { charge: "acquire" }), tokens()]);
    await pool.plain();
    expect(netOf(pool, "callCount")).toBe(0);
    await pool.take({ tokens: 100 }, { tokens: 100 });
    expect([netOf(pool, "callCount"), netOf(pool, "tokens")]).toEqual([2, 200]);
    await pool.nest({ tokens: 1 }, { tokens: 1 });
    expect([netOf(pool, "callCount"), netOf(pool, "tokens")]).toEqual([3, 202]);
    await pool.take({});
    expect(netOf(pool, "callCount")).toBe(4);
  });

  test("only the methods that are named are charged; the acquires of others aren't either", async () => {
    const pool = poolOf([calls(100, { methods: ["callApi"] }), tokens()]);
    await pool.plain();
    await pool.take({ tokens: 1 });
    expect(netOf(pool, "callCount")).toBe(0);
    expect(await pool.callApi()).toBe("called");
    expect(netOf(pool, "callCount")).toBe(1);
  });

  test("broadcasts are not charged by the pool: their acquires are, one call each", async () => {
    const pool = standard();
    await pool.broadcast.plain();
    expect(charged(pool).calls).toBe(0);
    await pool.broadcast.take({ tokens: 10 }, {});
    expect(charged(pool)).toEqual({ calls: 2, tokens: 10, connections: 0 });
    await pool.broadcast.take({ tokens: 10, callCount: 0 });
    expect(charged(pool)).toEqual({ calls: 2, tokens: 20, connections: 0 });
  });

  test("a call of one worker is one call", async () => {
    const pool = standard();
    await pool.workers[0]?.plain();
    expect(charged(pool).calls).toBe(1);
  });

  test("an empty request, and one of zeros, takes nothing", async () => {
    const pool = standard();
    expect(await pool.take({}, { tokens: 0 })).toEqual([{}, { tokens: 0 }]);
    expect(charged(pool)).toEqual({ calls: 1, tokens: 0, connections: 0 });
    expect(limitOf(pool, "tokens").charged).toBe(0);
  });

  test("more inside a lease: what can't ever be had beside it is refused at once", async () => {
    const pool = poolOf([connections(5), tokens()]);
    expect(await pool.nest({ connections: 3 }, { connections: 2, tokens: 1 })).toEqual({
      connections: 2,
      tokens: 1,
    });
    const error = await errorOf(pool.nest({ connections: 3 }, { connections: 3 }));
    expect(error).toMatchObject({ code: "LIMIT_EXCEEDS_CAPACITY", key: "connections" });
    expect(await pool.nest({}, { connections: 5 })).toEqual({ connections: 5 });
    await until(() => limitOf(pool, "connections").inUse === 0);
  });

  test("plain code with the same set pays for its calls", async () => {
    const set = new LimitSet([calls(), tokens()]);
    const pool = poolOf(set);
    await pool.take({ tokens: 100 });
    (await set.acquire({ tokens: 100 })).release();
    (await set.acquire({ tokens: 100, callCount: 0 })).release();
    expect([netOf(pool, "callCount"), netOf(pool, "tokens")]).toEqual([2, 300]);
    await pool.stop();
    expect(set.tryAcquireSync({ tokens: 1 })?.amounts).toMatchObject({ tokens: 1 });
  });

  test("the constructor and onStart may take; each of their acquires counts as a call", async () => {
    const pool = stopped(Prepared.options({ mode, limits: [calls(), tokens()] }).init());
    expect(await pool.started()).toMatchObject({ tokens: 7 });
    expect([netOf(pool, "callCount"), netOf(pool, "tokens")]).toEqual([3, 12]);
  });

  test("a worker without limits is granted anything at once", async () => {
    const pool = stopped(Limited.options({ mode }).init());
    await pool.take({ tokens: 1e9, whatever: 3 }, null, {});
    expect(await pool.tryTakeSync({ anything: 1 })).not.toBeNull();
    expect(pool.getPoolStats().limits).toEqual({});
  });
});

nothingIsLeft();
