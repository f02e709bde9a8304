import { describe, expect, test } from "vitest";
import { Closing } from "#workers/elastic";
import { Notes } from "../death/support.ts";
import { HOSTED, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";

const stopped = stoppedAfterEach();
const notes = new Notes();
const CHECK = { intervalMs: 20, timeoutMs: 20_000 } as const;

/** What ends it gently. */
const ENDS = [
  ["the pool is stopped", {}, (pool: { stop(): Promise<void> }) => pool.stop()],
  [
    "it is recycled",
    { recycle: { afterCalls: 2 } },
    (pool: { which(): PromiseLike<number> }) => pool.which(),
  ],
] as const;

describe.each(HOSTED)("in %s mode", (mode) => {
  test.each(ENDS)("a worker that is no longer well in its onStop may end it when %s", async (_, how, end) => {
    notes.clear();
    const pool = stopped(
      Closing.options({ mode, maxWorkers: 1, healthCheck: CHECK, ...how }).init(notes.file),
    );
    const exited = new Promise((resolve) => pool.once("workerExit", resolve));
    await pool.which();
    await until(() => notes.lines().length > 0);
    await end(pool);
    expect(await exited).toMatchObject({ expected: true, signal: null, error: undefined });
    expect(notes.lines().slice(0, 2)).toEqual(["asked", "closed"]);
    expect(pool.getPoolStats()).toMatchObject({ restarts: 0, failed: 0 });
  });
});

nothingIsLeft();
