import { CallLimit, type Future, LimitSet } from "concurry";
import { describe, expect, test } from "vitest";
import { type Done, Elastic } from "#workers/elastic";
import { errorOf, HOSTED, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { limitOf, WINDOW_SECONDS } from "./support.ts";

const stopped = stoppedAfterEach();
/** So long that nothing is sent to a worker that is busy. */
const CALL_MS = 60;
const BUSY_MS = 500;

describe.each(HOSTED)("in %s mode", (mode) => {
  test("a call whose limit comes free while it gets in line is run, though another worker is busy", async () => {
    const limits = new LimitSet([new CallLimit({ windowSeconds: WINDOW_SECONDS, capacity: 4 })]);
    const options = { mode, limits, maxWorkers: 2, loadBalancing: "round_robin" } as const;
    const pool = stopped(Elastic.options(options).init());
    await pool.broadcast.instance();
    // One after the other at each worker; the next one is for the worker that idles.
    for (const number of [0, 1]) await pool.run(number, CALL_MS);
    const busy = pool.run(2, BUSY_MS);
    await until(() => busy.status === "running");
    const controller = new AbortController();
    const { signal } = controller;
    let call: Future<Done> | undefined;
    // Whoever gives up is still in line when this runs.
    signal.addEventListener("abort", () => {
      call = pool.with({ priority: -1 }).run(3);
    });
    const before = errorOf(limits.acquire({ callCount: 2 }, { signal }));
    await until(() => limitOf(pool, "callCount").waiting === 1);
    controller.abort("enough");
    expect(await before).toBe("enough");
    expect((await busy).number).toBe(2);
    expect((await call)?.number).toBe(3);
    expect(limitOf(pool, "callCount")).toMatchObject({ waiting: 0, available: 0 });
    expect(pool.getPoolStats()).toMatchObject({ queued: 0, running: 0, completed: 6 });
    await pool.stop();
  });
});

nothingIsLeft();
