import type { PoolEvents, PoolStats } from "concurry";
import { describe, expect, test } from "vitest";
import { Elastic, Reluctant } from "#workers/elastic";
import { Mortal } from "#workers/mortal";
import { QUIET } from "../death/support.ts";
import { errorOf, HOSTED, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { allAre, states } from "./support.ts";

const stopped = stoppedAfterEach();
const MOMENTS = [
  "workerStart",
  "workerReady",
  "workerExit",
  "workerRestart",
  "callStart",
  "callEnd",
] as const;

interface Watched {
  on(event: keyof PoolEvents, listener: () => void): unknown;
  getPoolStats(): PoolStats;
}

/** Keeps the states that the first worker of a pool was seen in, at each event and each look. */
function watch(pool: Watched): { readonly seen: string[]; readonly look: () => string } {
  const seen: string[] = [];
  const look = (): string => {
    const state = states(pool)[0] as string;
    if (seen.at(-1) !== state) seen.push(state);
    return state;
  };
  for (const moment of MOMENTS) pool.on(moment, look);
  look();
  return { seen, look };
}

describe.each(HOSTED)("in %s mode", (mode) => {
  test("a worker starts, is ready, dies, is restarted, and in the end is dead", async () => {
    const restart = { maxRestarts: 2, windowMs: 600_000 };
    const pool = stopped(Mortal.options({ mode, ...QUIET, restart }).init());
    const { seen, look } = watch(pool);
    // Who decides on a retry is asked while the worker has only just died.
    const on = (): boolean => look() === "never";
    for (let death = 0; death < 3; death += 1) await errorOf(pool.with({ retry: { on } }).exit(1));
    await until(() => look() === "dead");
    const life = ["starting", "ready", "crashed"];
    // The first restart is at once.
    expect(seen).toEqual([...life, ...life, "restarting", ...life, "dead"]);
  });

  test("a worker that can't start is dead at once", async () => {
    const pool = stopped(Reluctant.options({ mode }).init("throw"));
    const { seen, look } = watch(pool);
    await errorOf(pool.which());
    look();
    expect(seen).toEqual(["starting", "dead"]);
  });

  test("an idle worker drains, sleeps, and starts for the next call", async () => {
    const pool = stopped(Elastic.options({ mode, idleTimeoutMs: 50, minWorkers: 0 }).init());
    const { seen, look } = watch(pool);
    await until(() => look() === "asleep");
    await pool.run(1);
    await until(() => look() === "asleep");
    const life = ["starting", "ready", "draining", "asleep"];
    expect(seen).toEqual([...life, ...life]);
  });

  test("a recycled worker drains, and the next one starts at once", async () => {
    const pool = stopped(Elastic.options({ mode, recycle: { afterCalls: 2 } }).init());
    const { seen, look } = watch(pool);
    for (const number of [1, 2, 3, 4]) await pool.run(number);
    await until(() => look() === "ready");
    const life = ["starting", "ready", "draining"];
    expect(seen).toEqual([...life, ...life, "starting", "ready"]);
  });

  test("a worker that dies while it drains is followed as was decided before, and that is no restart", async () => {
    const pool = stopped(Mortal.options({ mode, ...QUIET, recycle: { afterCalls: 2 } }).init());
    const { seen, look } = watch(pool);
    await pool.echo(1);
    await errorOf(pool.exitWhileWaiting(1));
    await until(() => look() === "ready");
    expect(seen).toEqual(["starting", "ready", "draining", "starting", "ready"]);
    expect(pool.getPoolStats()).toMatchObject({ restarts: 0 });
  });

  test("a worker for one call sleeps, starts, runs it and sleeps again, also when it dies of it", async () => {
    const pool = stopped(Mortal.options({ mode, onDemand: true, maxWorkers: 1 }).init());
    const { seen, look } = watch(pool);
    await pool.echo(1);
    await until(() => look() === "asleep");
    await errorOf(pool.exit(1));
    await until(() => look() === "asleep");
    // It is given its call in the turn in which it is up, and is to have no other.
    const life = ["starting", "draining", "asleep"];
    expect(seen).toEqual(["asleep", ...life, ...life]);
    expect(pool.getPoolStats()).toMatchObject({ restarts: 0 });
  });

  test("workers of a stopped pool are dead, whatever they were", async () => {
    const asleep = stopped(Elastic.options({ mode, idleTimeoutMs: 50, minWorkers: 0, maxWorkers: 2 }).init());
    await allAre(asleep, "asleep");
    const starting = stopped(Elastic.options({ mode, maxWorkers: 2 }).init());
    const ready = stopped(Elastic.options({ mode, maxWorkers: 2 }).init());
    await ready.broadcast.instance();
    for (const pool of [asleep, starting, ready]) {
      await pool.stop();
      expect(states(pool)).toEqual(["dead", "dead"]);
    }
  });
});

nothingIsLeft();
