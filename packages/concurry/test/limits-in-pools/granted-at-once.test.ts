import { CallLimit, type Future, LimitSet } from "concurry";
import { describe, expect, test } from "vitest";
import { type Done, Elastic } from "#workers/elastic";
import { errorOf, MODES, nothingIsLeft, stoppedAfterEach } from "../pool/support.ts";
import { limitOf, WINDOW_SECONDS } from "./support.ts";

const stopped = stoppedAfterEach();

describe.each(MODES)("in %s mode", (mode) => {
  test("a call whose limit comes free while it gets in line is run", async () => {
    const limits = new LimitSet([new CallLimit({ windowSeconds: WINDOW_SECONDS, capacity: 4 })]);
    const pool = stopped(Elastic.options({ mode, limits, loadBalancing: "round_robin" }).init());
    // Up, idle, and known to take its time: the call is charged as it is made.
    await pool.ready();
    await pool.run(1, 50);
    const controller = new AbortController();
    const { signal } = controller;
    let call: Future<Done> | undefined;
    // The one that gives up is still in line when this runs.
    signal.addEventListener("abort", () => {
      call = pool.with({ priority: -1 }).run(2);
    });
    const first = errorOf(limits.acquire({ callCount: 4 }, { signal }));
    controller.abort("enough");
    expect(await first).toBe("enough");
    expect((await call)?.number).toBe(2);
    expect(limitOf(pool, "callCount")).toMatchObject({ waiting: 0, charged: 2 });
    expect(pool.getPoolStats()).toMatchObject({ queued: 0, running: 0, completed: 2 });
    expect((await pool.run(3)).number).toBe(3);
    await pool.stop();
  });
});

nothingIsLeft();
