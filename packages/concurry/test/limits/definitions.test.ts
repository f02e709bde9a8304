import { describe, expect, test } from "vitest";
import { CallLimit } from "../../src/limits/call-limit.ts";
import type { LimitGate } from "../../src/limits/limit-gate.ts";
import { LimitPool } from "../../src/limits/limit-pool.ts";
import { LimitSet } from "../../src/limits/limit-set.ts";
import { RateLimit } from "../../src/limits/rate-limit.ts";
import { ResourceLimit } from "../../src/limits/resource-limit.ts";
import type { Limit } from "../../src/limits/set-definition.ts";

const RATE = { key: "tokens", windowSeconds: 1, capacity: 10 };

function thrownBy(make: () => unknown): {
  readonly name: string;
  readonly code: string;
  readonly message: string;
} {
  try {
    make();
  } catch (error) {
    return error as ReturnType<typeof thrownBy>;
  }
  throw new Error("nothing was thrown");
}

describe("a wrong definition is refused with the value in the message", () => {
  test.each<[object, string, string]>([
    [{ capacity: 0 }, "RangeError", "capacity must be a number above 0, at most 1000000000000, got 0"],
    [
      { capacity: Number.NaN },
      "RangeError",
      "capacity must be a number above 0, at most 1000000000000, got NaN",
    ],
    [
      { capacity: 2e12 },
      "RangeError",
      "capacity must be a number above 0, at most 1000000000000, got 2000000000000",
    ],
    [{ capacity: "10" }, "TypeError", 'capacity must be a number above 0, at most 1000000000000, got "10"'],
    [{ windowSeconds: 0 }, "RangeError", "windowSeconds must be seconds from 0.001 to 31536000, got 0"],
    [
      { windowSeconds: 3.2e7 },
      "RangeError",
      "windowSeconds must be seconds from 0.001 to 31536000, got 32000000",
    ],
    [
      { windowSeconds: undefined },
      "TypeError",
      "windowSeconds must be seconds from 0.001 to 31536000, got undefined",
    ],
    [{ key: "" }, "RangeError", 'key must be a string that is not empty, got ""'],
    [{ key: "__proto__" }, "RangeError", 'key must be any name but "__proto__", got "__proto__"'],
    [
      { algorithm: "leaky" },
      "RangeError",
      'algorithm must be one of "token_bucket", "leaky_bucket", "sliding_window", "fixed_window", "gcra", got "leaky"',
    ],
    [
      { burst: 5 },
      "RangeError",
      'burst goes with "token_bucket" and "gcra" only, got 5 with "sliding_window"',
    ],
    [
      { burst: 0, algorithm: "gcra" },
      "RangeError",
      "burst must be a number above 0, at most 1000000000000, got 0",
    ],
    [{ marginMs: 1001 }, "RangeError", "marginMs must be at most the window (1000 ms), got 1001"],
    [{ marginMs: -1 }, "RangeError", "marginMs must be milliseconds from 0 to 2147483647, got -1"],
    [{ overdraft: "allow" }, "RangeError", 'overdraft must be one of "charge", "error", got "allow"'],
    [
      { windowMs: 5 },
      "TypeError",
      'RateLimit has no option "windowMs"; did you mean "windowSeconds" (1000 ms are 1)?',
    ],
    [{ capcity: 5 }, "TypeError", 'RateLimit has no option "capcity"; did you mean "capacity"?'],
  ])("RateLimit %o", (options, name, message) => {
    const error = thrownBy(() => new RateLimit({ ...RATE, ...options } as typeof RATE));

    expect([error.name, error.code, error.message]).toEqual([name, "LIMIT_CONFIG", message]);
  });

  test.each<[() => unknown, string, string]>([
    [
      () => new CallLimit({ ...RATE, charge: "never" as "call" }),
      "RangeError",
      'charge must be one of "call", "acquire", got "never"',
    ],
    [
      () => new CallLimit({ ...RATE, methods: "callApi" as unknown as string[] }),
      "TypeError",
      'methods must be an array of strings, got "callApi"',
    ],
    [
      () => new ResourceLimit({ key: "c", capacity: 1.5 }),
      "RangeError",
      "capacity must be an integer of at least 1, got 1.5",
    ],
    [
      () => new ResourceLimit({ key: "c", capacity: 2 ** 31 }),
      "RangeError",
      "capacity must be an integer from 1 to 2147483647, got 2147483648",
    ],
    [
      () => new ResourceLimit({ key: "c" } as { key: string; capacity: number }),
      "TypeError",
      "capacity must be an integer of at least 1, got undefined",
    ],
    [
      () => new LimitSet("tokens" as unknown as Limit[]),
      "TypeError",
      'limits must be an array of limits, got "tokens"',
    ],
    [
      () => new LimitSet([RATE as unknown as Limit]),
      "TypeError",
      "limits[0] must be a CallLimit, RateLimit, ResourceLimit or LimitGate, got { key: 'tokens', windowSeconds: 1, capacity: 10 }",
    ],
    [
      () => new LimitSet([new LimitSet([]) as unknown as Limit]),
      "TypeError",
      "limits[0] must be a CallLimit, RateLimit, ResourceLimit or LimitGate (several sets make a LimitPool), got a set of limits",
    ],
    [
      () => new LimitSet([new RateLimit(RATE), new ResourceLimit({ key: "tokens", capacity: 1 })]),
      "RangeError",
      'limits[1].key must be different from the others, got "tokens"',
    ],
    [
      () => new LimitSet([], { maxWaiters: -1 }),
      "RangeError",
      "maxWaiters must be an integer of at least 0, got -1",
    ],
    [
      () => new LimitSet([], { scope: "pool" as "worker" }),
      "RangeError",
      'scope must be one of "shared", "worker", got "pool"',
    ],
    [
      () => new LimitSet([], { clock: {} as never }),
      "TypeError",
      "clock.now must be a function, got undefined",
    ],
    [
      () => new LimitSet([], { store: {} } as object),
      "TypeError",
      'LimitSet has no option "store"; did you mean "scope"?',
    ],
    [() => new LimitPool([]), "RangeError", "sets must be at least one LimitSet, got []"],
    [
      () => new LimitPool([[] as unknown as LimitSet]),
      "TypeError",
      "sets[0] must be a LimitSet of this thread, got []",
    ],
    [
      () => new LimitPool([new LimitSet([], { scope: "worker" })]),
      "RangeError",
      'sets[0].scope must be "shared", got "worker"',
    ],
    [
      () => new LimitPool([new LimitSet([])], { offset: -1 }),
      "RangeError",
      "offset must be an integer of at least 0, got -1",
    ],
  ])("%s", (make, name, message) => {
    const error = thrownBy(make);

    expect([error.name, error.code, error.message]).toEqual([name, "LIMIT_CONFIG", message]);
  });
});

test("defaults are filled in, and nothing can be changed afterwards", () => {
  const limit = new CallLimit({ windowSeconds: 1, capacity: 10 });

  expect(limit).toMatchObject({
    key: "callCount",
    charge: "call",
    rate: { algorithm: "sliding_window", burst: undefined, marginMs: 0, overdraft: "charge" },
  });
  expect(new RateLimit({ ...RATE, algorithm: "gcra" }).rate.burst).toBe(10);
  expect(() => Object.assign(limit, { key: "other" })).toThrow(TypeError);
  expect(() => Object.assign(limit.rate, { capacity: 11 })).toThrow(TypeError);
});

test("the config of a set is frozen, and its leases show it", async () => {
  const config = { region: "north" };
  const set = new LimitSet([], { config });
  config.region = "south";
  const lease = await set.acquire();

  expect(lease.config).toEqual({ region: "north" });
  expect(Object.isFrozen(lease.config)).toBe(true);
});

test("a gate can't be named, and shows its own numbers", async () => {
  const gate: LimitGate = {
    key: "upstream",
    enter: async () => ({ leave: () => {} }),
    stats: () => ({ waiting: 3 }),
  };
  const set = new LimitSet([gate, new RateLimit(RATE)]);

  await expect(set.acquire({ upstream: 1 })).rejects.toMatchObject({ code: "LIMIT_UNKNOWN_KEY" });
  expect((await set.stats()).upstream).toEqual({ key: "upstream", kind: "gate", waiting: 3 });
  expect(thrownBy(() => new LimitSet([gate, gate])).code).toBe("LIMIT_CONFIG");
});
