import { CallLimit, LimitPool, LimitSet, RateLimit, ResourceLimit } from "concurry";
import { describe, expect, test } from "vitest";
import { Limited, Middle } from "#workers/limited";
import { errorOf, MODES, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { calls, connections, isFree, limitOf, netOf, tokens } from "./support.ts";

const stopped = stoppedAfterEach();

// The windows of the table, divided by this: the bounds are the same in relation to them.
const FASTER = 4;
const WINDOW_MS = 1000 / FASTER;

/** What a machine that is busy with other tests may add to a bound. */
const SLACK_MS = 400;

const workersOf = (mode: string, several: number) => (mode === "thread" || mode === "process" ? several : 1);

describe.each(MODES)("in %s mode", (mode) => {
  test.each(["plain", "take"] as const)(
    "row 1: 100 calls at 20 per window take four windows (%s)",
    async (method) => {
      const limits = [new CallLimit({ windowSeconds: WINDOW_MS / 1000, capacity: 20 })];
      const pool = stopped(Limited.options({ mode, maxWorkers: workersOf(mode, 4), limits }).init());
      await pool.ready();
      const start = performance.now();
      const callOne = () => (method === "plain" ? pool.plain() : pool.take(null));
      await Promise.all(Array.from({ length: 100 }, callOne));
      const elapsed = performance.now() - start;
      expect(elapsed).toBeGreaterThanOrEqual(4 * WINDOW_MS - 2);
      expect(elapsed).toBeLessThan(4.6 * WINDOW_MS + SLACK_MS);
      expect(netOf(pool, "callCount")).toBe(100);
    },
  );

  test("row 2: never more than 5 of 40 queries hold one of 5 connections", async () => {
    const maxWorkers = mode === "thread" ? 20 : workersOf(mode, 6);
    const pool = stopped(
      Limited.options({
        mode,
        maxWorkers,
        concurrency: maxWorkers === 1 ? 20 : 4,
        limits: [connections(5)],
      }).init(),
    );
    await pool.broadcast.plain();
    let most = 0;
    const look = setInterval(() => {
      most = Math.max(most, limitOf(pool, "connections").inUse ?? 0);
    }, 5);
    const start = performance.now();
    await Promise.all(Array.from({ length: 40 }, () => pool.hold({ connections: 1 }, 50)));
    const elapsed = performance.now() - start;
    clearInterval(look);
    expect(most).toBe(5);
    expect(elapsed).toBeGreaterThanOrEqual(395);
    expect(elapsed).toBeLessThan(700 + SLACK_MS);
    await isFree(pool, "connections");
  });

  test("row 4: the rest of the calls waits for its tokens, and a stop that cancels settles it", async () => {
    const limits = [new CallLimit({ windowSeconds: 60, capacity: 100 }), tokens(1000)];
    const pool = stopped(
      Limited.options({ mode, maxWorkers: workersOf(mode, 10), concurrency: 20, limits }).init(),
    );
    const futures = Array.from({ length: 200 }, () => pool.hold({ tokens: 100 }, 0));
    await until(() => pool.getPoolStats().completed === 10 && (limitOf(pool, "tokens").waiting ?? 0) > 0);
    expect(futures.filter(({ status }) => status === "rejected")).toEqual([]);
    await pool.stop({ mode: "cancel" });
    const outcomes = await Promise.allSettled(futures);
    const reasons = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    expect(reasons.length).toBe(190);
    expect(reasons.filter(({ code }) => code !== "CANCELLED")).toEqual([]);
  });

  test("row 5: a body that throws frees its slot at once", async () => {
    const pool = stopped(Limited.options({ mode, limits: [connections(1)] }).init());
    const error = await errorOf(pool.takeAndThrow({ connections: 1 }));
    const start = performance.now();
    expect(error.message).toBe("the body failed");
    await isFree(pool, "connections");
    expect(performance.now() - start).toBeLessThan(100 + SLACK_MS);
    await pool.keep({ connections: 1 });
    expect(await pool.tryTake({ connections: 1 })).toBeNull();
    expect(limitOf(pool, "connections")).toMatchObject({ inUse: 1, capacity: 1 });
  });

  test.each([
    ["token_bucket", 940],
    ["sliding_window", 940],
    ["leaky_bucket", 900],
  ] as const)("row 6: what an update says is used counts at once (%s)", async (algorithm, available) => {
    const limits = [new RateLimit({ key: "tokens", windowSeconds: 36_000, capacity: 1000, algorithm })];
    const pool = stopped(Limited.options({ mode, limits }).init());
    await pool.use({ tokens: 100 }, { tokens: 60 });
    if (algorithm !== "leaky_bucket")
      await until(() => Math.abs((limitOf(pool, "tokens").available ?? 0) - available) < 5);
    const { charged = 0, refunded } = limitOf(pool, "tokens");
    expect(refunded).toBe(algorithm === "leaky_bucket" ? 0 : 40);
    // It would let the next ones in after an hour.
    if (algorithm === "leaky_bucket") return;
    await pool.use({ tokens: 100 }, { tokens: 300 });
    await until(() => limitOf(pool, "tokens").charged === charged + 300);
  });

  test("row 7: a request for two, of which one is taken, takes none", async () => {
    const limits = [
      new ResourceLimit({ key: "c1", capacity: 1 }),
      new ResourceLimit({ key: "c2", capacity: 1 }),
    ];
    const pool = stopped(Limited.options({ mode, limits }).init());
    await pool.keep({ c1: 1 });
    expect(await pool.tryTake({ c1: 1, c2: 1 })).toBeNull();
    expect(limitOf(pool, "c2")).toMatchObject({ inUse: 0, granted: 0 });
    expect(await pool.tryTake({ c2: 1 })).toEqual({ c2: 1 });
  });

  test("row 8: an acquire that may wait 100 ms on what is used up does not wait longer", async () => {
    const pool = stopped(Limited.options({ mode, limits: [connections(1)] }).init());
    await pool.keep({ connections: 1 });
    const start = performance.now();
    const error = await errorOf(pool.takeWithin({ connections: 1 }, 100));
    const elapsed = performance.now() - start;
    expect(error).toMatchObject({ name: "LimitError", code: "LIMIT_TIMEOUT", key: "connections" });
    expect(elapsed).toBeGreaterThanOrEqual(99);
    expect(elapsed).toBeLessThan(300 + SLACK_MS);
    expect(limitOf(pool, "connections")).toMatchObject({ waiting: 0, timedOut: 1 });
  });

  test("row 10: a LimitPool gives its sets in turn, each with its config", async () => {
    const sets = (more: object) =>
      [0, 1, 2].map(
        (number) => new LimitSet([tokens(100)], { config: { number, at: new Date(0) }, ...more }),
      );
    const limits = new LimitPool(sets({}));
    const pool = stopped(Limited.options({ mode, limits }).init());
    const configs = [];
    for (let round = 0; round < 9; round += 1) configs.push(await pool.config({ tokens: 1 }));
    expect(configs.map((config) => (config as { number: number }).number)).toEqual([
      0, 1, 2, 0, 1, 2, 0, 1, 2,
    ]);
    expect(pool.getPoolStats().limits).toMatchObject({
      "set0.tokens": { granted: 3 },
      "set2.tokens": { granted: 3 },
      balancer: { algorithm: "RoundRobin", selected: { set0: 3, set1: 3, set2: 3 } },
    });
    const second = new LimitPool(sets({}), { offset: 1 });
    const other = stopped(Limited.options({ mode, limits: second }).init());
    expect(await other.config({ tokens: 1 })).toMatchObject({ number: 1 });
    const first = new LimitPool(sets({}), { loadBalancing: "first_available" });
    const third = stopped(Limited.options({ mode, limits: first }).init());
    expect(await third.config({ tokens: 100 })).toMatchObject({ number: 0 });
    expect(await third.config({ tokens: 100 })).toMatchObject({ number: 1 });
    // What the third set has is granted in the turn in which it is asked for.
    expect(await third.hold({ tokens: 100 }, 0)).toBe(0);
  });

  test("row 10: a call that was charged at a set takes from that one", async () => {
    const sets = ["a", "b"].map((name) => new LimitSet([calls(10), tokens(100)], { name, config: { name } }));
    const pool = stopped(Limited.options({ mode, limits: new LimitPool(sets) }).init());
    const configs = [];
    for (let round = 0; round < 4; round += 1) configs.push(await pool.config({ tokens: 1 }));
    expect(configs).toEqual([{ name: "a" }, { name: "b" }, { name: "a" }, { name: "b" }]);
    expect(pool.getPoolStats().limits).toMatchObject({
      "a.callCount": { charged: 2 },
      "a.tokens": { charged: 2 },
      "b.callCount": { charged: 2 },
      "b.tokens": { charged: 2 },
    });
    const error = await errorOf(pool.take({ tokens: Number.NaN }));
    expect(error).toMatchObject({ code: "LIMIT_BAD_AMOUNT" });
    expect(error.message).toContain("NaN");
  });

  test("row 11: an attempt that fails gives back before the next one takes", async () => {
    const limits = [calls(), connections(1)];
    const retry = { retries: 2, waitMs: 1 };
    const pool = stopped(Limited.options({ mode, limits, retry }).init());
    expect(await pool.succeedAt(3, { connections: 1 })).toBe(3);
    expect(netOf(pool, "callCount")).toBe(3);
    await isFree(pool, "connections");
  });

  test("row 14: a request for 8 of 10 is not passed over for ever", async () => {
    const HOLD_MS = 50;
    const pool = stopped(
      Limited.options({
        mode,
        concurrency: 30,
        limits: [new ResourceLimit({ key: "slots", capacity: 10 })],
      }).init(),
    );
    let isOver = false;
    const loops = Array.from({ length: 20 }, async () => {
      while (!isOver) await pool.hold({ slots: 1 }, HOLD_MS);
    });
    await until(() => limitOf(pool, "slots").inUse === 10 && (limitOf(pool, "slots").waiting ?? 0) > 0);
    const waitedMs = await pool.hold({ slots: 8 }, 0);
    isOver = true;
    await Promise.all(loops);
    expect(waitedMs).toBeLessThan(2 * HOLD_MS + SLACK_MS);
    await isFree(pool, "slots");
  });
});

test.each([
  ["thread", "thread"],
  ["thread", "process"],
  ["thread", "sync"],
  ["process", "thread"],
  ["process", "process"],
  ["async", "thread"],
  ["sync", "async"],
] as const)("row 3: two pools (%s), and one inside a worker (%s), share a set", async (mode, innerMode) => {
  const set = new LimitSet([connections(2)]);
  const maxWorkers = workersOf(mode, 2);
  const pool = stopped(Limited.options({ mode, maxWorkers, concurrency: 3, limits: set }).init());
  const middle = stopped(
    Middle.options({ mode, concurrency: 9, limits: set }).init(innerMode, workersOf(innerMode, 2)),
  );
  await Promise.all([pool.broadcast.plain(), middle.take({})]);
  let most = 0;
  const look = setInterval(() => {
    most = Math.max(most, limitOf(pool, "connections").inUse ?? 0);
  }, 1);
  const futures = [
    ...Array.from({ length: 6 }, () => pool.hold({ connections: 1 }, 10)),
    middle.hold({ connections: 1 }, 10, 6),
  ];
  await Promise.all(futures);
  clearInterval(look);
  expect(most).toBeLessThanOrEqual(2);
  expect(limitOf(pool, "connections")).toMatchObject({ granted: 12 });
  await isFree(pool, "connections");
  expect(await middle.take(null)).toEqual([{ connections: 1 }]);
});

nothingIsLeft();
