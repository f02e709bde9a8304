import { CallLimit, LimitSet, StoppedError } from "concurry";
import { describe, expect, test } from "vitest";
import { Elastic } from "#workers/elastic";
import { Gated } from "#workers/gated";
import { Limited } from "#workers/limited";
import { calls, connections, isFree, limitOf } from "../limits-in-pools/support.ts";
import { errorOf, HOSTED, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { allAre, numbers, states } from "./support.ts";

const stopped = stoppedAfterEach();

describe.each(HOSTED)("in %s mode", (mode) => {
  const gatedPool = (options: object) => stopped(Gated.options({ mode, ...options }).init());
  const limitedPool = (options: object) => stopped(Limited.options({ mode, ...options }).init());

  test("pinned calls that wait at a surplus worker finish there, later ones are refused", async () => {
    const pool = gatedPool({ maxWorkers: 6 });
    await pool.broadcast.running();
    const last = pool.workers[5];
    const running = last?.pass("a");
    const waiting = numbers(3).map((number) => last?.note(`${number}`));
    await until(() => running?.status === "running");
    const all = pool.broadcast.open("a");
    const shrunk = pool.resize(2);
    const late = last?.note("late") as Promise<string>;
    const error = await errorOf(late);
    expect(error).toBeInstanceOf(StoppedError);
    expect(error.message).toBe('Worker 5 of "Gated" is gone: the pool was resized to 2.');
    await all;
    expect(await Promise.all([running, ...waiting])).toEqual(["a", "0", "1", "2"]);
    expect(running?.workerIndex).toBe(5);
    await shrunk;
    expect(await errorOf(last?.note("later") as Promise<string>)).toMatchObject({ code: "STOPPED" });
    expect(pool.workers[5]).toBe(undefined);
    await pool.resize(6);
    expect(await pool.workers[5]?.note("new")).toBe("new");
    expect(await errorOf(last?.note("old") as Promise<string>)).toMatchObject({ code: "STOPPED" });
  });

  test("a pinned call whose argument comes after its worker is gone is refused", async () => {
    const pool = gatedPool({ maxWorkers: 2 });
    await pool.broadcast.running();
    let give: (text: string) => void = () => {};
    const late = pool.workers[1]?.note(new Promise<string>((resolve) => (give = resolve)));
    await pool.resize(1);
    give("too late");
    expect(await errorOf(late as Promise<string>)).toMatchObject({ code: "STOPPED" });
  });

  test("pinned calls for a worker that is still starting are run before it goes", async () => {
    const pool = stopped(Elastic.options({ mode, maxWorkers: 3 }).init());
    const pinned = numbers(3).map((number) => pool.workers[2]?.run(number));
    await pool.resize(1);
    const done = await Promise.all(pinned);
    expect(done.map((one) => [one?.number, one?.workerIndex])).toEqual([
      [0, 2],
      [1, 2],
      [2, 2],
    ]);
  });

  test("pinned calls at a worker that is being recycled are run by the one that follows it", async () => {
    const pool = gatedPool({ maxWorkers: 2, recycle: { afterCalls: 1 } });
    await pool.broadcast.running();
    const running = pool.workers[1]?.pass("a");
    await until(() => running?.status === "running");
    const pinned = pool.workers[1]?.note("after");
    expect(states(pool)[1]).toBe("draining");
    const shrunk = pool.resize(1);
    running?.cancel();
    expect(await pinned).toBe("after");
    await shrunk;
    expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 1, maxWorkers: 1 });
  });

  test("more pinned calls than a surplus worker may serve before it is recycled are run all the same", async () => {
    const pool = gatedPool({ maxWorkers: 2, recycle: { afterCalls: 2 } });
    await pool.broadcast.running();
    const pinned = numbers(6).map((number) => pool.workers[1]?.note(`call ${number}`));
    const shrunk = pool.resize(1);
    expect(await Promise.all(pinned)).toEqual(numbers(6).map((number) => `call ${number}`));
    await shrunk;
    expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 1, maxWorkers: 1, queued: 0 });
  });

  test("calls with a key that wait at a surplus worker find another one, and stay together", async () => {
    const pool = gatedPool({ maxWorkers: 4 });
    await pool.broadcast.running();
    const keys = numbers(12).map((number) => `key ${number}`);
    const blocked = numbers(4).map((index) => pool.workers[index]?.pass("a"));
    await until(() => blocked.every((call) => call?.status === "running"));
    const waiting = keys.map((key) => [pool.with({ key }).note(key), pool.with({ key }).note(key)]);
    const shrunk = pool.resize(2);
    const more = keys.map((key) => pool.with({ key }).note(key));
    for (const call of blocked) call?.cancel();
    await Promise.all([...waiting.flat(), ...more]);
    await shrunk;
    for (const [place, pair] of waiting.entries()) {
      const indices = new Set([...pair, more[place]].map((call) => call?.workerIndex));
      expect(indices.size).toBe(1);
      expect([...indices][0]).toBeLessThan(2);
    }
  });

  test("what a surplus worker holds comes back when it is gone", async () => {
    const pool = limitedPool({ maxWorkers: 3, limits: [connections(2)] });
    await Promise.all([1, 2].map((index) => pool.workers[index]?.keep({ connections: 1 })));
    expect(limitOf(pool, "connections").inUse).toBe(2);
    const waiting = pool.workers[0]?.take({ connections: 2 });
    await until(() => limitOf(pool, "connections").waiting === 1);
    await pool.resize(1);
    expect(await waiting).toEqual([{ connections: 2 }]);
    await isFree(pool, "connections");
  });

  test("a surplus worker that waits for a limit is granted it, and then goes", async () => {
    const pool = limitedPool({ maxWorkers: 2, limits: [connections(1)] });
    await pool.workers[0]?.keep({ connections: 1 });
    const waiting = pool.workers[1]?.take({ connections: 1 });
    await until(() => limitOf(pool, "connections").waiting === 1);
    const shrunk = pool.resize(1);
    await pool.giveBack();
    expect(await waiting).toEqual([{ connections: 1 }]);
    await shrunk;
    await isFree(pool, "connections");
  });

  test("calls that wait for a limit before they are sent don't hold up a surplus worker", async () => {
    const limit = new CallLimit({ windowSeconds: 60, capacity: 2 });
    const pool = limitedPool({ maxWorkers: 2, limits: [limit] });
    await allAre(pool, "ready");
    await Promise.all([pool.plain(1), pool.plain(2)]);
    const waiting = [pool.plain(3), pool.plain(4)];
    await until(() => limitOf(pool, "callCount").waiting === 2);
    await pool.resize(1);
    expect(waiting.map(({ status }) => status)).toEqual(["queued", "queued"]);
    for (const call of waiting) call.cancel();
    await until(() => limitOf(pool, "callCount").waiting === 0);
    expect(pool.getPoolStats()).toMatchObject({ queued: 0, running: 0, cancelled: 2 });
  });

  test("each worker has limits of its own, also the ones that come later", async () => {
    const limits = new LimitSet([connections(1), calls()], { scope: "worker" });
    const pool = limitedPool({ maxWorkers: 2, limits });
    await Promise.all([0, 1].map((index) => pool.workers[index]?.keep({ connections: 1 })));
    await pool.resize(1);
    expect(pool.getWorkerStats(0).limits).toMatchObject({ connections: { inUse: 1 } });
    expect(limitOf(pool, "connections")).toMatchObject({ inUse: 1 });
    await pool.resize(2);
    await pool.workers[1]?.keep({ connections: 1 });
    expect(pool.getWorkerStats(1).limits).toMatchObject({ connections: { inUse: 1 } });
    await pool.workers[1]?.giveBack();
    await until(() => limitOf(pool, "connections").inUse === 1);
  });
});

nothingIsLeft();
