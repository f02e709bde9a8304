import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Elastic, Lingering } from "#workers/elastic";
import { Notes } from "../death/support.ts";
import { errorOf, HOSTED, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { states } from "./support.ts";

const stopped = stoppedAfterEach();
const notes = new Notes();
const IDLE_MS = 200;
const STOP_MS = 300;

describe.each(HOSTED)("in %s mode", (mode) => {
  test("a broadcast to a worker that is being recycled settles when the pool is stopped in cancel mode", async () => {
    const options = { mode, maxWorkers: 1, recycle: { afterCalls: 1 } } as const;
    const pool = stopped(Lingering.options(options).init(notes.file, STOP_MS));
    await pool.which();
    await until(() => states(pool)[0] === "draining");
    const asked = errorOf(pool.broadcast.which());
    await turn();
    await pool.stop({ mode: "cancel" });
    expect(await asked).toBeInstanceOf(Error);
  });

  test("a broadcast leaves out a worker that fell asleep while its arguments were awaited", async () => {
    const options = { mode, maxWorkers: 2, minWorkers: 1, idleTimeoutMs: IDLE_MS } as const;
    const pool = stopped(Elastic.options(options).init());
    await Promise.all([pool.workers[0]?.run(0), pool.workers[1]?.run(1)]);
    let give: (number: number) => void = () => {};
    const answers = pool.broadcast.run(new Promise<number>((resolve) => (give = resolve)));
    await until(() => states(pool).includes("asleep"));
    const awake = states(pool).indexOf("ready");
    give(7);
    const done = await answers;
    expect(done.map(({ number, workerIndex }) => [number, workerIndex])).toEqual([[7, awake]]);
    expect(pool.getPoolStats()).toMatchObject({ failed: 0, cancelled: 0 });
  });
});

nothingIsLeft();
