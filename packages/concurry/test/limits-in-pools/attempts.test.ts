import { TimeoutError } from "concurry";
import { expect, test } from "vitest";
import { Crossing } from "#workers/crossing";
import { Limited } from "#workers/limited";
import { nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { calls, connections, limitOf, netOf, tokens } from "./support.ts";

// Enough for a second attempt on a busy machine.
const ATTEMPT_MS = 500;

const stopped = stoppedAfterEach();

test("an attempt whose time is over takes nothing in the name of the next one", async () => {
  const pool = stopped(
    Crossing.options({
      mode: "thread",
      maxWorkers: 2,
      limits: [calls(), tokens()],
      timeoutMs: ATTEMPT_MS,
      retry: { retries: 1, waitMs: 1, on: TimeoutError },
    }).init(),
  );
  await until(() => pool.getPoolStats().workers.every(({ state }) => state === "ready"));
  const request = { callCount: 1, tokens: 100 };
  expect(await pool.cross(new SharedArrayBuffer(8), request)).toBe("refused");
  // Each attempt was charged by the pool, and the second one still had that as its credit.
  expect(netOf(pool, "callCount")).toBe(2);
  expect(netOf(pool, "tokens")).toBe(100);
});

test("when a call to a thread has settled, what it gave back has come back", async () => {
  const limits = [calls(1e6), tokens(1e6), connections(1)];
  const pool = stopped(Limited.options({ mode: "thread", limits }).init());
  for (let round = 1; round <= 200; round++) {
    await pool.use({ tokens: 100, connections: 1 }, { tokens: 42 });
    expect([limitOf(pool, "connections").inUse, netOf(pool, "tokens")]).toEqual([0, 42 * round]);
  }
});

nothingIsLeft();
