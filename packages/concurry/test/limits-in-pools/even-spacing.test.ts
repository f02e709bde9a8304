import { CallLimit, type LimitClock, LimitSet, RateLimit } from "concurry";
import { describe, expect, test } from "vitest";
import { Limited } from "#workers/limited";
import { MODES, nothingIsLeft, stoppedAfterEach } from "../pool/support.ts";
import { limitOf } from "./support.ts";

const CALLS = 30;
const GAP_MS = 100;
// Every wait may end late on a machine that is busy with other tests, and the next one begins then.
const SLACK_MS = 3000;
const rate = { windowSeconds: 1, capacity: 10, algorithm: "leaky_bucket" } as const;
const kinds = [new CallLimit(rate), new RateLimit({ ...rate, key: "tokens" })] as const;
const stopped = stoppedAfterEach();

/** The real clock, which also tells when the arbiter looked at it last in the turn of one of its timers. */
class Watch implements LimitClock {
  onTurn: (lookedAt: number) => void = () => {};
  #lookedAt = 0;

  now(): number {
    this.#lookedAt = performance.now();
    return this.#lookedAt;
  }

  set(fn: () => void, milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => {
      fn();
      this.onTurn(this.#lookedAt);
    }, milliseconds);
  }

  clear(timer: unknown): void {
    clearTimeout(timer as NodeJS.Timeout);
  }
}

/** Sends calls that one leaky bucket holds up; says how long all took, and when each that waited was granted. */
async function drip(mode: (typeof MODES)[number], limit: CallLimit | RateLimit) {
  const clock = new Watch();
  const limits = new LimitSet([limit], { clock });
  const maxWorkers = mode === "thread" || mode === "process" ? 3 : 1;
  const pool = stopped(Limited.options({ mode, maxWorkers, concurrency: CALLS, limits }).init());
  const grantedAt: number[] = [];
  clock.onTurn = (lookedAt) => {
    // The first one didn't wait.
    if ((limitOf(pool, limit.key).granted ?? 0) > grantedAt.length + 1) grantedAt.push(lookedAt);
  };
  await pool.ready();
  const startedAt = performance.now();
  const callOne = () => (limit.key === "tokens" ? pool.take({ tokens: 1 }) : pool.plain());
  await Promise.all(Array.from({ length: CALLS }, callOne));
  return { elapsedMs: performance.now() - startedAt, grantedAt };
}

describe("row 9: 30 calls at 10 per second of a leaky bucket", () => {
  test.each(kinds)("come evenly spaced in every mode ($key)", async (limit) => {
    const drips = await Promise.all(MODES.map((mode) => drip(mode, limit)));

    for (const { elapsedMs, grantedAt } of drips) {
      const gaps = grantedAt.slice(1).map((at, index) => at - (grantedAt[index] ?? 0));
      // When a timer is late, a call that ends may be the one who makes the arbiter look.
      expect(grantedAt.length).toBeGreaterThan(CALLS / 2);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(GAP_MS - 1);
      expect(elapsedMs).toBeGreaterThanOrEqual((CALLS - 1) * GAP_MS - 2);
      expect(elapsedMs).toBeLessThan(CALLS * GAP_MS + SLACK_MS);
    }
  });
});

nothingIsLeft();
