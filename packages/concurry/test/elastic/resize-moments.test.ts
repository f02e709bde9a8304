import { setImmediate as turn } from "node:timers/promises";
import { StoppedError } from "concurry";
import { describe, expect, test } from "vitest";
import { Elastic, Lingering, Reluctant } from "#workers/elastic";
import { Gated } from "#workers/gated";
import { Mortal } from "#workers/mortal";
import { Notes, QUIET } from "../death/support.ts";
import { errorOf, HOSTED, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { live, numbers, states } from "./support.ts";

const stopped = stoppedAfterEach();
const notes = new Notes();
const FOR_EVER_MS = 1_000_000;

describe.each(HOSTED)("in %s mode", (mode) => {
  const elasticPool = (options: object) => stopped(Elastic.options({ mode, ...options }).init());
  const gatedPool = (options: object) => stopped(Gated.options({ mode, ...options }).init());
  const mortalPool = (options: object) => stopped(Mortal.options({ mode, ...QUIET, ...options }).init());

  test("a pool may be resized while it starts", async () => {
    const pool = elasticPool({ maxWorkers: 4 });
    const calls = numbers(12).map((number) => pool.run(number));
    const [shrunk, grown] = [pool.resize(1), pool.resize(2)];
    expect((await Promise.all(calls)).every(({ workerIndex }) => workerIndex < 2)).toBe(true);
    await Promise.all([shrunk, grown]);
    expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 2, maxWorkers: 2, completed: 12, failed: 0 });
  });

  test("several changes of size at once end with the last one", async () => {
    const pool = elasticPool({ maxWorkers: 2 });
    const calls = numbers(20).map((number) => pool.run(number, 1));
    await Promise.all([5, 1, 4, 2, 3].map((count) => pool.resize(count)));
    await Promise.all(calls);
    expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 3, maxWorkers: 3, completed: 20 });
    // The first one was there before; nobody has waited for it.
    await until(() => states(pool).every((state) => state === "ready"));
    expect(states(pool)).toHaveLength(3);
  });

  test("a pool may grow again while its surplus still works; the old worker is not the new one", async () => {
    const pool = gatedPool({ maxWorkers: 2 });
    await pool.broadcast.running();
    const running = pool.workers[1]?.pass("a");
    await until(() => running?.status === "running");
    const old = pool.getWorkerStats(1).id;
    const shrunk = pool.resize(1);
    await pool.resize(2);
    expect(pool.getWorkerStats(1).id).not.toBe(old);
    expect(await pool.workers[1]?.note("new")).toBe("new");
    expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 3, maxWorkers: 2, running: 1 });
    running?.cancel();
    await shrunk;
    expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 2, running: 0 });
  });

  test("a listener may give the pool another size while it gets one", async () => {
    const pool = elasticPool({ maxWorkers: 2 });
    const sizes: Promise<void>[] = [];
    pool.once("resize", () => sizes.push(pool.resize(1)));
    pool.once("workerStart", () => sizes.push(pool.resize(3)));
    await pool.resize(4);
    await Promise.all(sizes);
    expect(sizes.length).toBe(2);
    expect(pool.workers.length).toBe(pool.getPoolStats().totalWorkers);
    expect((await pool.run(1)).number).toBe(1);
  });

  test("a balancer that stops the pool while calls move leaves none of them open", async () => {
    let stop: (() => void) | undefined;
    const select = (): number => {
      stop?.();
      return 0;
    };
    const pool = gatedPool({ maxWorkers: 2, loadBalancing: { name: "stopping", select } });
    const running = pool.workers.map((worker) => worker.pass("a"));
    const calls = numbers(10).map((number) => pool.note(`${number}`));
    await until(() => running.every(({ status }) => status === "running"));
    stop = () => void pool.stop({ mode: "cancel" });
    await pool.resize(1);
    await pool.stop();
    const open = calls.filter(({ status }) => status === "queued" || status === "running");
    expect(open).toEqual([]);
    expect(pool.getPoolStats()).toMatchObject({ queued: 0, running: 0, totalWorkers: 0 });
  });

  test("a worker that waits for its restart is given up at once", async () => {
    const pool = mortalPool({ maxWorkers: 2, restart: { maxRestarts: 100, windowMs: FOR_EVER_MS } });
    await pool.broadcast.echo("up");
    // The third wait in a row is long enough to be seen.
    for (let death = 0; death < 4; death += 1) await errorOf(pool.workers[1]?.exit(1) as Promise<void>);
    await until(() => states(pool)[1] === "restarting");
    const pinned = pool.workers[1]?.which();
    const free = numbers(4).map(() => pool.which());
    const shrunk = pool.resize(1);
    expect(await Promise.all(free)).toEqual([0, 0, 0, 0]);
    expect(await pinned).toBe(1);
    await shrunk;
    expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 1, maxWorkers: 1 });
  });

  test("a surplus worker that dies is followed by nobody; what it ran is lost, what waited is not", async () => {
    const pool = mortalPool({ maxWorkers: 2 });
    await pool.broadcast.echo("up");
    const dying = pool.workers[1]?.exitWhileWaiting(4) as Promise<never>;
    const pinned = pool.workers[1]?.echo("behind") as Promise<string>;
    const waiting = numbers(6).map((number) => pool.echo(number));
    const shrunk = pool.resize(1);
    expect(await errorOf(dying)).toMatchObject({ code: "WORKER_CRASHED", exitCode: 4, workerIndex: 1 });
    expect(await errorOf(pinned)).toMatchObject({ code: "STOPPED" });
    expect(await Promise.all(waiting)).toEqual(numbers(6));
    await shrunk;
    expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 1, restarts: 0, maxWorkers: 1 });
  });

  test("stop in cancel mode ends a surplus worker that hangs, and the resize with it", async () => {
    const pool = gatedPool({ maxWorkers: 2 });
    await pool.broadcast.running();
    const endless = pool.workers[1]?.spin() as Promise<never> & { status: string };
    await until(() => endless.status === "running");
    const shrunk = pool.resize(1);
    await pool.stop({ mode: "cancel" });
    expect(await errorOf(endless)).toMatchObject({ code: "CANCELLED" });
    await shrunk;
    expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 0, running: 0, queued: 0 });
  });

  test("stop drains what a surplus worker still runs", async () => {
    const pool = gatedPool({ maxWorkers: 2 });
    await pool.broadcast.running();
    const running = [pool.workers[1]?.obey(), pool.workers[1]?.note("behind")];
    await until(() => running[0]?.status === "running");
    const shrunk = pool.resize(1);
    const end = pool.stop();
    running[0]?.cancel();
    await Promise.all([end, shrunk]);
    expect(await running[1]).toBe("behind");
  });

  test("a surplus worker runs its onStop before it goes", async () => {
    notes.clear();
    const pool = stopped(Lingering.options({ mode, maxWorkers: 3 }).init(notes.file, 20));
    await pool.broadcast.which();
    await pool.resize(1);
    expect(notes.lines().filter((line) => line === "onStop").length).toBe(2);
  });

  test("a stopped pool can't be resized", async () => {
    const pool = elasticPool({});
    await pool.stop();
    expect(await errorOf(pool.resize(2))).toBeInstanceOf(StoppedError);
    const ending = gatedPool({});
    const running = ending.pass("a");
    await until(() => running.status === "running");
    const end = ending.stop();
    expect(await errorOf(ending.resize(2))).toBeInstanceOf(StoppedError);
    running.cancel();
    await end;
  });

  test("a pool whose workers are all dead works again when it grows", async () => {
    const pool = mortalPool({ restart: false });
    await errorOf(pool.exit(8));
    expect(await errorOf(pool.echo(1))).toMatchObject({ code: "WORKER_START" });
    await pool.resize(1);
    expect(await errorOf(pool.ready())).toMatchObject({ code: "WORKER_START" });
    await pool.resize(2);
    expect(await pool.echo(2)).toBe(2);
    expect(states(pool)).toEqual(["dead", "ready"]);
  });

  test.each(["round_robin", "shared_queue"] as const)(
    "under %s a pool that shrinks to its dead workers lets nobody wait",
    async (loadBalancing) => {
      const pool = mortalPool({ restart: false, maxWorkers: 2, loadBalancing });
      await pool.broadcast.echo("up");
      await errorOf(pool.workers[0]?.exit(8) as Promise<void>);
      const running = pool.workers[1]?.hang() as Promise<never> & { status: string; cancel(): boolean };
      await until(() => running.status === "running");
      const waiting = numbers(3).map((number) => pool.echo(number));
      const shrunk = pool.resize(1);
      for (const call of [...waiting, pool.echo("late")])
        expect(await errorOf(call)).toMatchObject({ code: "WORKER_START" });
      expect(await errorOf(pool.ready())).toMatchObject({ code: "WORKER_START" });
      running.cancel();
      await shrunk;
      expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 0, queued: 0, running: 0 });
    },
  );

  test("who waits for a new worker that is given up again, and for no other, waits no more", async () => {
    const pool = mortalPool({ restart: false });
    await errorOf(pool.exit(8));
    const grown = pool.resize(2);
    const ready = errorOf(pool.ready());
    await turn();
    const shrunk = pool.resize(1);
    expect(await ready).toMatchObject({ code: "WORKER_START" });
    await Promise.all([grown, shrunk]);
    expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 0, maxWorkers: 1 });
  });

  test("resize rejects with what kept a new worker from starting; others go on", async () => {
    const pool = stopped(Reluctant.options({ mode, ...QUIET, restart: false }).init("exit"));
    expect(await errorOf(pool.resize(2))).toMatchObject({ code: "WORKER_START" });
    await live(pool, 0);
  });
});

nothingIsLeft();
