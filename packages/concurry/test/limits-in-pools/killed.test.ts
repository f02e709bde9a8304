import { describe, expect, test } from "vitest";
import { Limited } from "#workers/limited";
import { HOSTED, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { connections, isFree, limitOf, netOf, tokens } from "./support.ts";

const stopped = stoppedAfterEach();
const ROUNDS = Number(process.env.CONCURRY_KILL_ROUNDS ?? 60);
const RESTART = { maxRestarts: 1e6, windowMs: 60_000 };
const CAPACITY = 2;
// The grant is promised after 50 ms in a thread and 200 in a process; the rest is for a busy machine.
const GRANT_MS = { thread: 50, process: 200 };
const SLACK_MS = 1_000;
// Between the message that asks and the one that answers, at times.
const MOMENTS_MS = [0, 0, 0, 1, 2, 3, 5, 8];

/** Numbers below `below`, the same in each run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe.each(HOSTED)("in %s mode", (mode) => {
  const makePool = () => {
    const limits = [connections(CAPACITY), tokens(1e9)];
    const options = { maxWorkers: 3, concurrency: 4, restart: RESTART, limits, stdio: "ignore" } as const;
    return stopped(Limited.options({ mode, ...options }).init());
  };

  /** Has a worker die of itself, or kills its process from outside. */
  const killOne = (pool: ReturnType<typeof makePool>, index: number): void => {
    const { pid, state } = pool.getWorkerStats(index);
    if (pid === undefined) pool.workers[index]?.exit().catch(() => {});
    else if (state === "ready") process.kill(pid, "SIGKILL");
  };

  test(`${ROUNDS} workers die while they hold, wait, or are about to be granted: all comes back`, async () => {
    const random = seeded(20_260_202);
    const pool = makePool();
    await pool.broadcast.plain();
    for (let round = 0; round < ROUNDS; round += 1) {
      const futures = Array.from({ length: 9 }, () => pool.hold({ connections: 1, tokens: 1 }, random(4)));
      const wait = MOMENTS_MS[random(MOMENTS_MS.length)] as number;
      await new Promise((resolve) => setTimeout(resolve, wait));
      killOne(pool, random(3));
      const outcomes = await Promise.allSettled(futures);
      for (const outcome of outcomes)
        if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "WORKER_CRASHED" });
      await isFree(pool, "connections");
      await until(() => pool.getPoolStats().workers.some(({ state }) => state === "ready"));
    }
    const { granted } = limitOf(pool, "connections");
    expect(netOf(pool, "tokens")).toBe(granted);
    expect(pool.getPoolStats()).toMatchObject({ queued: 0, running: 0 });
    expect(pool.getPoolStats().restarts).toBeGreaterThan(ROUNDS / 4);
    await Promise.all(Array.from({ length: 20 }, () => pool.hold({ connections: 1 }, 0)));
  });

  test("row 12: when the holder dies the one who waits is granted soon, and what was charged stays", async () => {
    const pool = makePool();
    await pool.broadcast.plain();
    const holder = pool.workers[0];
    await holder?.keep({ connections: CAPACITY, tokens: 5 });
    const next = pool.workers[1]?.hold({ connections: 1 }, 0);
    await until(() => limitOf(pool, "connections").waiting === 1);
    const killedAt = performance.now();
    killOne(pool, 0);
    await next;
    expect(performance.now() - killedAt).toBeLessThan(GRANT_MS[mode] + SLACK_MS);
    expect(netOf(pool, "tokens")).toBe(5);
    expect(limitOf(pool, "connections")).toMatchObject({ ownersLost: 1 });
    await isFree(pool, "connections");
  });
});

nothingIsLeft();
