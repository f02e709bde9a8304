import { describe, expect, test } from "vitest";
import { LimitError } from "../../src/errors/limit-error.ts";
import { CallLimit } from "../../src/limits/call-limit.ts";
import { LimitSet } from "../../src/limits/limit-set.ts";
import type { LimitRequest } from "../../src/limits/limits.ts";
import { RateLimit } from "../../src/limits/rate-limit.ts";
import { ResourceLimit } from "../../src/limits/resource-limit.ts";
import { FakeClock } from "./fake-clock.ts";
import { keeping } from "./keeping.ts";

const LIMITS = [
  new RateLimit({ key: "tokens", windowSeconds: 60, capacity: 1000 }),
  new RateLimit({ key: "strict", windowSeconds: 60, capacity: 1000, overdraft: "error" }),
  new ResourceLimit({ key: "connections", capacity: 5 }),
];

function makeSet(options: ConstructorParameters<typeof LimitSet>[1] = {}): LimitSet {
  return keeping(new LimitSet(LIMITS, { clock: new FakeClock(), ...options }));
}

describe("a request that is wrong is refused at once", () => {
  test.each<[string, unknown, string, string]>([
    [
      "more than there is",
      { tokens: 1500 },
      "LIMIT_EXCEEDS_CAPACITY",
      "Requested amount (1500) exceeds capacity (1000) for limit 'tokens'",
    ],
    [
      "a name close to one",
      { token: 1 },
      "LIMIT_UNKNOWN_KEY",
      "There is no limit 'token'; did you mean 'tokens'?",
    ],
    [
      "a strange name",
      { bananas: 1 },
      "LIMIT_UNKNOWN_KEY",
      "There is no limit 'bananas'; the set has 'tokens', 'strict', 'connections'",
    ],
    [
      "NaN",
      { tokens: Number.NaN },
      "LIMIT_BAD_AMOUNT",
      "Amount for limit 'tokens' must be a number ≥ 0, got NaN",
    ],
    [
      "a negative amount",
      { tokens: -1 },
      "LIMIT_BAD_AMOUNT",
      "Amount for limit 'tokens' must be a number ≥ 0, got -1",
    ],
    [
      "infinity",
      { tokens: Number.POSITIVE_INFINITY },
      "LIMIT_BAD_AMOUNT",
      "Amount for limit 'tokens' must be a number ≥ 0, got Infinity",
    ],
    [
      "a string",
      { tokens: "1" },
      "LIMIT_BAD_AMOUNT",
      "Amount for limit 'tokens' must be a number ≥ 0, got \"1\"",
    ],
    [
      "undefined",
      { tokens: undefined },
      "LIMIT_BAD_AMOUNT",
      "Amount for limit 'tokens' must be a number ≥ 0, got undefined",
    ],
    [
      "half a resource",
      { connections: 0.5 },
      "LIMIT_BAD_AMOUNT",
      "Amount for limit 'connections' must be an integer ≥ 0, got 0.5",
    ],
    [
      "a bad amount beside one that is too large",
      { tokens: 1500, connections: -1 },
      "LIMIT_BAD_AMOUNT",
      "Amount for limit 'connections' must be an integer ≥ 0, got -1",
    ],
    [
      "nothing, with a rate in the set",
      undefined,
      "LIMIT_AMOUNT_REQUIRED",
      "Must specify requested amount for RateLimit 'tokens'",
    ],
  ])("%s", async (_what, request, code, message) => {
    const set = makeSet();
    const before = await set.stats();
    const error = await set.acquire(request as LimitRequest).catch((reason) => reason);

    expect(error).toBeInstanceOf(LimitError);
    expect([error.code, error.message]).toEqual([code, message]);
    expect(() => set.tryAcquireSync(request as LimitRequest)).toThrow(message);
    await expect(set.tryAcquire(request as LimitRequest)).rejects.toMatchObject({ code });
    expect(await set.stats()).toEqual(before);
  });

  test.each([[5], ["tokens"], [null], [[1]], [{ requested: null }], [{ requested: [] }]])(
    "what is no request: %o",
    async (request) => {
      const set = makeSet();
      const wanted = /^(The request|requested) must be an object with amounts by key, got /;
      await expect(set.acquire(request as unknown as LimitRequest)).rejects.toThrow(TypeError);
      await expect(set.acquire(request as unknown as LimitRequest)).rejects.toThrow(wanted);
      await expect(set.use(request as unknown as LimitRequest, () => 1)).rejects.toThrow(wanted);
      expect(() => set.tryAcquireSync(request as unknown as LimitRequest)).toThrow(wanted);
    },
  );

  test("use without a function, which takes nothing", async () => {
    const set = makeSet();
    const used = set.use({ connections: 1 }, undefined as never);
    await expect(used).rejects.toThrow(TypeError);
    await expect(used).rejects.toThrow(
      "use() of limits must be given a function after the request, got undefined; write use(request, (lease) => …)",
    );
    expect((await set.stats()).connections?.granted).toBe(0);
  });

  test.each<[object, ErrorConstructor]>([
    [{ timeoutMs: -1 }, RangeError],
    [{ timeoutMs: Number.NaN }, RangeError],
    [{ timeoutMs: "1" }, TypeError],
    [{ priority: 1.5 }, RangeError],
    [{ priority: "high" }, TypeError],
    [{ signal: {} }, TypeError],
    [{ timeout: 5 }, TypeError],
  ])("options that are wrong: %o", async (options, errorClass) => {
    await expect(makeSet().acquire({ tokens: 1 }, options)).rejects.toBeInstanceOf(errorClass);
    const seedForm = { requested: { tokens: 1 }, ...options };
    await expect(makeSet().acquire(seedForm as LimitRequest)).rejects.toBeInstanceOf(errorClass);
  });
});

test("a limit may be called requested or usage: its amount is a number", async () => {
  const limits = ["requested", "usage"].map((key) => new RateLimit({ key, windowSeconds: 1, capacity: 10 }));
  const set = keeping(new LimitSet(limits, { clock: new FakeClock() }));
  const lease = await set.acquire({ requested: 3, usage: 4 });
  lease.update({ usage: 2 });

  expect((await set.stats()).usage?.available).toBe(8);
  expect((await set.stats()).requested?.available).toBe(7);
});

test("the options of the form with `requested` are heard, and those beside it win", async () => {
  const set = makeSet();
  await set.acquire({ tokens: 1000 });

  await expect(set.acquire({ requested: { tokens: 1 }, timeoutMs: 0 })).rejects.toThrow("within 0 ms");
  const aborted = AbortSignal.abort("no");
  await expect(set.acquire({ requested: { tokens: 1 }, timeoutMs: 5 }, { signal: aborted })).rejects.toBe(
    "no",
  );
});

test("unknown keys may be ignored, in requests and updates", async () => {
  const set = makeSet({ unknownKeys: "ignore" });
  const lease = await set.acquire({ tokens: 5, bananas: -3 });
  lease.update({ tokens: 4, bananas: Number.NaN });

  expect(lease.amounts).toEqual({ tokens: 5 });
});

test("a set with no limits grants any key", async () => {
  const lease = await keeping(new LimitSet([])).acquire({ anything: 5 });
  lease.update({ anything: 7 });
  lease.release();

  expect([lease.amounts, lease.released]).toEqual([{}, true]);
});

test("a call limit that no call fits into says so", async () => {
  const set = keeping(
    new LimitSet([new CallLimit({ windowSeconds: 1, capacity: 0.5 })], { clock: new FakeClock() }),
  );

  await expect(set.acquire({})).rejects.toThrow(
    "Requested amount (1) exceeds capacity (0.5) for limit 'callCount'",
  );
  await set.acquire({ callCount: 0.5 });
});

test("fractions add up to the capacity", async () => {
  const set = keeping(
    new LimitSet([new RateLimit({ key: "units", windowSeconds: 1, capacity: 0.3 })], {
      clock: new FakeClock(),
    }),
  );
  const taken = [0.1, 0.1, 0.1, 0.1].map((units) => set.tryAcquireSync({ units }) !== null);

  expect(taken).toEqual([true, true, true, false]);
  expect((await set.stats()).units?.charged).toBe(0.3);
});
