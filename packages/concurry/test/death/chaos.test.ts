import { describe, expect, test } from "vitest";
import { Mortal } from "#workers/mortal";
import { HOSTED, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { gone, Notes, QUIET, repeated } from "./support.ts";

const CALLS = 10_000;
const WORKERS = 4;
const KILL_EVERY_MS = 200;
// So that several kills fall into the run, however fast the machine.
const LEAST_KILLS = 10;
// Past these the calls may finish in peace: where workers take long to start, killing would have no end.
const MOST_KILLS = 50;
const BATCH = 250;
const RESTART = { maxRestarts: 1e6, windowMs: 60_000 };

const stopped = stoppedAfterEach();
const notes = new Notes();

type ChaosPool = ReturnType<typeof chaosPool>;

function chaosPool(
  mode: "thread" | "process",
  loadBalancing: "round_robin" | "shared_queue" = "round_robin",
) {
  const options = { maxWorkers: WORKERS, restart: RESTART, loadBalancing, ...QUIET };
  return stopped(Mortal.options({ mode, ...options }).init());
}

/** Numbers below `below`, the same in each run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Kills a process from outside, or has a thread end itself between two turns of its event loop. */
async function killOne(pool: ChaosPool, random: (below: number) => number, pids: Set<number>): Promise<void> {
  const victims = pool.getPoolStats().workers.filter(({ state }) => state === "ready");
  const victim = victims[random(victims.length)];
  if (victim?.pid !== undefined) {
    pids.add(victim.pid);
    process.kill(victim.pid, "SIGKILL");
  } else if (victim !== undefined) {
    // It may die of an earlier one first.
    await pool.workers[victim.index]?.exitSoon(9).catch(() => {});
  }
}

describe.each(HOSTED)("in %s mode", (mode) => {
  test.each(["round_robin", "shared_queue"] as const)(
    `${CALLS} calls (%s), with a worker killed every ${KILL_EVERY_MS} ms: all settle, none runs twice`,
    async (loadBalancing) => {
      notes.clear();
      const pool = chaosPool(mode, loadBalancing);
      const random = seeded(20_260_101);
      const pids = new Set<number>();
      const kills: Promise<void>[] = [];
      const killer = setInterval(() => {
        kills.push(killOne(pool, random, pids));
        if (kills.length === MOST_KILLS) clearInterval(killer);
      }, KILL_EVERY_MS);
      const futures: ReturnType<ChaosPool["note"]>[] = [];
      try {
        while (futures.length < CALLS || kills.length < LEAST_KILLS) {
          const batch = Array.from({ length: BATCH }, (_, at) => pool.note(notes.file, futures.length + at));
          futures.push(...batch);
          await Promise.allSettled(batch);
        }
      } finally {
        clearInterval(killer);
      }
      await Promise.all(kills);
      const outcomes = await Promise.allSettled(futures);
      expectSettled(outcomes);
      await until(() => pool.getPoolStats().workers.every(({ state }) => state === "ready"));
      for (const { pid } of pool.getPoolStats().workers) if (pid !== undefined) pids.add(pid);
      const { restarts, queued, running, completed, failed } = pool.getPoolStats();
      expect({ queued, running }).toEqual({ queued: 0, running: 0 });
      expect(completed + failed).toBeGreaterThanOrEqual(futures.length);
      expect(restarts).toBeGreaterThanOrEqual(LEAST_KILLS / 2);
      await pool.stop();
      await gone(...pids);
    },
  );
});

/** Those that succeeded ran once; those that failed say that their worker died, and ran once at most. */
function expectSettled(outcomes: readonly PromiseSettledResult<number>[]): void {
  const lines = notes.lines();
  expect(repeated(lines)).toEqual([]);
  const ran = new Set(lines);
  const succeeded = outcomes.flatMap((outcome, number) => (outcome.status === "fulfilled" ? [number] : []));
  expect(succeeded.filter((number) => !ran.has(String(number)))).toEqual([]);
  expect(succeeded.filter((number) => (outcomes[number] as { value?: number }).value !== number)).toEqual([]);
  const reasons = outcomes.flatMap((outcome) =>
    outcome.status === "rejected" ? [outcome.reason as object] : [],
  );
  for (const reason of reasons) expect(reason).toMatchObject({ code: "WORKER_CRASHED", started: true });
  // Each death takes a few calls with it, not a pile of them.
  expect(reasons.length).toBeLessThan(outcomes.length / 2);
}

nothingIsLeft();
