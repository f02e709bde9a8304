import { CallLimit, LimitSet, RateLimit, ResourceLimit } from "concurry";
import { describe, expect, test } from "vitest";
import { ApiWorker, DatabaseWorker, MyWorker } from "#workers/seed-limits";
import { HOSTED, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { isFree, limitOf, netOf } from "./support.ts";

const stopped = stoppedAfterEach();
// The guide's windows of a minute and a second, made shorter.
const WINDOW_MS = 200;
const SLACK_MS = 600;

// The examples of the guide that this package follows, with its names in this language's spelling.
describe.each(HOSTED)("in %s mode", (mode) => {
  test("shared rate limiting: ten workers share a budget of tokens and of calls", async () => {
    const limits = [
      new CallLimit({ windowSeconds: WINDOW_MS / 1000, capacity: 100 }),
      new RateLimit({ key: "tokens", windowSeconds: WINDOW_MS / 1000, capacity: 1000 }),
    ];
    const pool = stopped(
      ApiWorker.options({ mode, maxWorkers: mode === "thread" ? 10 : 4, limits }).init("my-key"),
    );
    const futures = Array.from({ length: 30 }, (_, index) => pool.callApi(`Request ${index}`));
    const results: string[] = [];
    for (const future of futures) results.push(await future);
    expect(results[29]).toBe("my-key: Request 29");
    expect([netOf(pool, "callCount"), netOf(pool, "tokens")]).toEqual([30, 3000]);
    await pool.stop();
  });

  test("resource pooling: many workers share five connections", async () => {
    const limits = [new ResourceLimit({ key: "connections", capacity: 5 })];
    const pool = stopped(
      DatabaseWorker.options({ mode, maxWorkers: mode === "thread" ? 20 : 6, limits }).init(),
    );
    await pool.ready();
    const rows = await Promise.all(Array.from({ length: 40 }, (_, index) => pool.query(`select ${index}`)));
    expect(rows[39]).toBe("rows of select 39");
    await until(() => limitOf(pool, "connections").inUse === 0);
    expect(limitOf(pool, "connections")).toMatchObject({ granted: 40, capacity: 5 });
    await isFree(pool, "connections");
  });

  test("per-worker and shared limits: a list is shared as a set is, scope worker gives each its own", async () => {
    const tenInASecond = () => [new CallLimit({ windowSeconds: 1, capacity: 10 })];
    const shared = new LimitSet(tenInASecond());
    const own = new LimitSet(tenInASecond(), { scope: "worker" });
    const maxWorkers = mode === "thread" ? 5 : 2;
    const pools = [tenInASecond(), shared, own].map((limits) =>
      stopped(MyWorker.options({ mode, maxWorkers, limits }).init()),
    );
    const start = performance.now();
    const elapsed = await Promise.all(
      pools.map(async (pool) => {
        await Promise.all(Array.from({ length: 30 }, (_, index) => pool.process(index)));
        return performance.now() - start;
      }),
    );
    expect(Math.min(...elapsed.slice(0, 2))).toBeGreaterThanOrEqual(2000 - 2);
    expect(pools.map((pool) => limitOf(pool, "callCount").capacity)).toEqual([10, 10, 10 * maxWorkers]);
    expect(pools.map((pool) => netOf(pool, "callCount"))).toEqual([30, 30, 30]);
  });

  test.each([
    ["shared", 4],
    ["worker", 1],
  ] as const)("row 1: 100 calls of four workers under a set of scope %s", async (scope, windows) => {
    const limit = new CallLimit({ windowSeconds: WINDOW_MS / 1000, capacity: 20 });
    const limits = new LimitSet([limit], { scope });
    const pool = stopped(MyWorker.options({ mode, maxWorkers: 4, limits }).init());
    // All of them up, with nothing charged.
    await pool.broadcast.process(0);
    const start = performance.now();
    await Promise.all(Array.from({ length: 100 }, (_, index) => pool.process(index)));
    const elapsed = performance.now() - start;
    expect(elapsed).toBeGreaterThanOrEqual(windows * WINDOW_MS - 2);
    expect(elapsed).toBeLessThan((windows + 0.6) * WINDOW_MS + SLACK_MS);
    expect(netOf(pool, "callCount")).toBe(100);
  });
});

nothingIsLeft();
