import { describe, expect, test } from "vitest";
import { Elastic } from "#workers/elastic";
import { Mortal } from "#workers/mortal";
import { RestartRule } from "../../src/pool/restart-rule.ts";
import { errorOf, HOSTED, nothingIsLeft, stoppedAfterEach } from "../pool/support.ts";
import { QUIET } from "./support.ts";

const stopped = stoppedAfterEach();
const MANY = { maxRestarts: 1000, windowMs: 1_000_000 };

describe("the rule of restarts", () => {
  test("waits longer after each death in a row, up to 5 s", () => {
    const rule = new RestartRule(MANY);
    const waits = Array.from({ length: 10 }, (_, death) => rule.died(death, 1));
    expect(waits).toEqual([0, 100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
  });

  test("starts again at 0 after a call that was finished", () => {
    const rule = new RestartRule(MANY);
    expect([rule.died(0, 1), rule.died(1, 1), rule.died(2, 1)]).toEqual([0, 100, 200]);
    rule.hasWorked();
    expect([rule.died(3, 1), rule.died(4, 1)]).toEqual([0, 100]);
  });

  test("starts again at 0 after a life as long as the window", () => {
    const rule = new RestartRule({ maxRestarts: 10, windowMs: 1000 });
    expect([rule.died(0, 1), rule.died(1, 1)]).toEqual([0, 100]);
    expect(rule.died(999, 998)).toBe(200);
    expect(rule.died(1999, 1000)).toBe(0);
  });

  test.each([
    ["as many as are allowed", { maxRestarts: 2, windowMs: 100 }, [0, 1], [0, 100]],
    ["one too many", { maxRestarts: 2, windowMs: 100 }, [0, 1, 2], [0, 100, undefined]],
    ["one too many at the window's edge", { maxRestarts: 2, windowMs: 100 }, [0, 1, 99], [0, 100, undefined]],
    ["one that lies a window back", { maxRestarts: 2, windowMs: 100 }, [0, 1, 100], [0, 100, 200]],
    ["none allowed", { maxRestarts: 0, windowMs: 100 }, [0], [undefined]],
    ["never again", false, [0, 500], [undefined, undefined]],
  ] as const)("counts deaths inside the window: %s", (_, limits, deaths, waits) => {
    const rule = new RestartRule(limits);
    expect(deaths.map((now) => rule.died(now, 1))).toEqual(waits);
  });
});

describe.each(HOSTED)("in %s mode", (mode) => {
  function mortalPool(options: object) {
    return stopped(Mortal.options({ mode, ...QUIET, ...options }).init());
  }

  test("a worker is started again after 0, 100, 200 ms, until it works", async () => {
    const pool = mortalPool({});
    const waits: number[] = [];
    pool.on("workerRestart", ({ waitMs }) => waits.push(waitMs));
    for (let death = 0; death < 3; death += 1) await errorOf(pool.exit(1));
    expect(await pool.echo("up")).toBe("up");
    await errorOf(pool.exit(1));
    await pool.echo("up");
    expect(waits).toEqual([0, 100, 200, 0]);
  });

  test("a worker whose call fails has worked, too: the next wait is the shortest again", async () => {
    const pool = stopped(Elastic.options({ mode, ...QUIET }).init());
    const waits: number[] = [];
    pool.on("workerRestart", ({ waitMs }) => waits.push(waitMs));
    for (let death = 0; death < 2; death += 1) await errorOf(pool.exit(1));
    expect(await errorOf(pool.fail("as it does"))).toMatchObject({ message: "as it does" });
    await errorOf(pool.exit(1));
    expect(waits).toEqual([0, 100, 0]);
  });

  test("without restarts the first death is the last, and all that waits and comes is rejected with it", async () => {
    const pool = mortalPool({ restart: false });
    await pool.ready();
    const [dying, ...waiting] = [pool.exit(8), ...Array.from({ length: 20 }, () => pool.echo("waits"))];
    expect(await errorOf(dying as Promise<void>)).toMatchObject({ code: "WORKER_CRASHED", exitCode: 8 });
    for (const call of [
      ...waiting,
      pool.echo("late"),
      pool.workers[0]?.echo("pinned"),
      pool.broadcast.echo("all"),
    ]) {
      const error = await errorOf(call as Promise<unknown>);
      expect(error).toMatchObject({ code: "WORKER_START" });
      expect(error.message).toMatch(/died and is not started again: .* died \(exit code 8\)/);
      expect(error.cause).toMatchObject({ code: "WORKER_CRASHED", exitCode: 8, workerIndex: 0 });
    }
    expect(await errorOf(pool.ready())).toMatchObject({ code: "WORKER_START" });
    expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 0, restarts: 0, queued: 0, running: 0 });
    await pool.drain();
  });

  test.each(["round_robin", "shared_queue", "least_active"] as const)(
    "when %s has lost all its workers nothing waits any more",
    async (loadBalancing) => {
      const pool = mortalPool({ restart: { maxRestarts: 1 }, maxWorkers: 2, loadBalancing });
      let give: (value: string) => void = () => {};
      const late = pool.echo(new Promise<string>((resolve) => (give = resolve)));
      const calls = Array.from({ length: 8 }, (_, number) => pool.exit(number));
      const errors = await Promise.all(calls.map(errorOf));
      expect(errors.filter(({ code }) => code === "WORKER_CRASHED").length).toBe(4);
      expect(errors.filter(({ code }) => code === "WORKER_START").length).toBe(4);
      expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 0, restarts: 2, failed: 8 });
      give("too late");
      expect(await errorOf(late)).toMatchObject({ code: "WORKER_START" });
    },
  );

  test("a pinned call learns why its own worker is dead, not the last that died", async () => {
    const pool = mortalPool({ restart: false, maxWorkers: 3 });
    await Promise.all([0, 1, 2].map((index) => pool.workers[index]?.echo(index)));
    await errorOf(pool.workers[0]?.exit(10) as Promise<void>);
    await errorOf(pool.workers[1]?.exit(11) as Promise<void>);
    for (const index of [0, 1]) {
      const error = await errorOf(pool.workers[index]?.echo("here?") as Promise<string>);
      expect(error.cause).toMatchObject({ workerIndex: index, exitCode: 10 + index });
    }
    expect(await pool.echo("there")).toBe("there");
    expect(await pool.broadcast.echo("all")).toEqual(["all"]);
  });

  test("a listener that stops the pool when a worker dies ends it for good", async () => {
    for (const event of ["workerExit", "workerRestart", "workerStart", "workerReady"] as const) {
      const pool = mortalPool({});
      if (event !== "workerReady" && event !== "workerStart") await pool.ready();
      const stops: Promise<void>[] = [];
      pool.once(event, () => void stops.push(pool.stop({ mode: "cancel" })));
      if (event !== "workerReady") await errorOf(pool.exit(1));
      else await errorOf(pool.hang());
      await pool.stop();
      await Promise.all(stops);
      expect(stops.length).toBe(1);
      expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 0, stopped: true, queued: 0, running: 0 });
    }
  });
});

describe("in sync and async mode", () => {
  test.each(["sync", "async"] as const)(
    "%s: who hears that the pool is stopped may stop it, too",
    async (mode) => {
      const pool = stopped(Mortal.options({ mode }).init());
      const stop = new Promise<void>((resolve) => pool.once("stop", () => resolve(pool.stop())));
      await Promise.all([pool.stop(), stop]);
      expect(pool.getPoolStats().totalWorkers).toBe(0);
    },
  );
});

nothingIsLeft();
