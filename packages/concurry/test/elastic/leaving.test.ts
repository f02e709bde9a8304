import { describe, expect, test } from "vitest";
import { Elastic } from "#workers/elastic";
import { Gated } from "#workers/gated";
import { errorOf, HOSTED, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { Census } from "./census.ts";
import { allAre, numbers, states } from "./support.ts";

const stopped = stoppedAfterEach();
const census = new Census();
const MEGABYTE = 2 ** 20;
/** So long that the next call isn't sent before the last one is done. */
const CALL_MS = 50;

describe.each(HOSTED)("in %s mode", (mode) => {
  test.each([
    ["as many calls as it may", 2],
    ["more calls than it may otherwise", 4],
  ])("no worker follows one that has run %s at a place that was given up", async (_, count) => {
    const pool = stopped(Elastic.options({ mode, maxWorkers: 2, recycle: { afterCalls: 3 } }).init());
    const started: number[] = [];
    pool.on("workerStart", ({ workerIndex }) => started.push(workerIndex));
    await allAre(pool, "ready");
    const last = pool.workers[1];
    await last?.run(0, CALL_MS);
    const bound = numbers(count).map((number) => last?.run(number, CALL_MS));
    expect(states(pool)[1]).toBe("ready");
    await pool.resize(1);
    const done = await Promise.all(bound);
    expect(done.map((one) => [one?.number, one?.workerIndex])).toEqual(
      numbers(count).map((number) => [number, 1]),
    );
    await pool.run(9);
    expect(started.filter((index) => index === 1).length).toBeLessThanOrEqual(1);
    expect(pool.getPoolStats()).toMatchObject({ totalWorkers: 1, maxWorkers: 1 });
    expect([census.born, census.living]).toEqual([2, 1]);
    await pool.stop();
    expect([census.born, census.living]).toEqual([2, 0]);
  });

  test("nor one whose heap has grown too large there", async () => {
    const recycle = { aboveHeapBytes: 60 * MEGABYTE };
    const pool = stopped(Elastic.options({ mode, maxWorkers: 2, recycle }).init());
    await allAre(pool, "ready");
    const last = pool.workers[1];
    const first = last?.run(0, 2 * CALL_MS);
    await until(() => first?.status === "running");
    const leaks = numbers(8).map(() => [last?.leak(20 * MEGABYTE), last?.run(1, CALL_MS)]);
    await pool.resize(1);
    const instances = (await Promise.all([first, ...leaks.flat()])).map((done) =>
      typeof done === "object" ? done.instance : done,
    );
    expect(new Set(instances).size).toBe(1);
    await pool.stop();
    expect([census.born, census.living]).toEqual([2, 0]);
  });

  test("stop in cancel mode cancels what runs and waits at a place that was given up", async () => {
    const pool = stopped(Gated.options({ mode, maxWorkers: 2 }).init());
    await pool.broadcast.running();
    const running = pool.workers[1]?.obey();
    const bound = numbers(5).map((number) => pool.workers[1]?.note(`${number}`));
    await until(() => running?.status === "running");
    const shrunk = pool.resize(1);
    await pool.stop({ mode: "cancel" });
    for (const call of [running, ...bound])
      expect(await errorOf(call as Promise<string>)).toMatchObject({ code: "CANCELLED" });
    await shrunk;
    const { cancelled, failed, queued, running: left } = pool.getPoolStats();
    expect({ cancelled, failed, queued, left }).toEqual({ cancelled: 6, failed: 0, queued: 0, left: 0 });
  });
});

nothingIsLeft();
