import type { GatedCall, LimitGate } from "concurry";
import { describe, expect, test } from "vitest";
import { Limited } from "#workers/limited";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { calls, netOf } from "./support.ts";

const stopped = stoppedAfterEach();

/** Lets so many calls in at once, and remembers what it saw. */
class Gate implements LimitGate {
  readonly key: string = "gate";
  readonly seen: GatedCall[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #places: number;
  inside = 0;
  most = 0;

  constructor(places: number) {
    this.#places = places;
  }

  async enter(call: GatedCall, signal: AbortSignal): Promise<{ leave(): void }> {
    this.seen.push(call);
    while (this.inside >= this.#places) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      signal.throwIfAborted();
    }
    this.inside += 1;
    this.most = Math.max(this.most, this.inside);
    return {
      leave: () => {
        this.inside -= 1;
        this.#waiting.shift()?.();
      },
    };
  }
}

describe.each(MODES)("in %s mode", (mode) => {
  test("a gate is entered once per attempt, before the call is charged, and left when it is over", async () => {
    const gate = new Gate(2);
    const retry = { retries: 2, waitMs: 1 };
    const limits = [calls(), gate];
    const pool = stopped(Limited.options({ mode, concurrency: 9, limits, retry }).init());
    await Promise.all(Array.from({ length: 8 }, () => pool.hold({}, 5)));
    expect([gate.most, gate.inside, gate.seen.length]).toEqual([2, 0, 8]);
    expect(await pool.succeedAt(3, {})).toBe(3);
    const attempts = gate.seen
      .slice(8)
      .map(({ method, attempt, workerIndex }) => [method, attempt, workerIndex]);
    expect(attempts).toEqual([
      ["succeedAt", 1, 0],
      ["succeedAt", 2, 0],
      ["succeedAt", 3, 0],
    ]);
    const inside = [pool.keepOn({}), pool.keepOn({})];
    await until(() => inside.every(({ status }) => status === "running"));
    const waiting = pool.plain();
    await until(() => gate.seen.length === 14);
    const before = netOf(pool, "callCount");
    waiting.cancel();
    await errorOf(waiting);
    for (const call of inside) call.cancel();
    await Promise.all(inside.map(errorOf));
    expect(gate.inside).toBe(0);
    expect(netOf(pool, "callCount")).toBe(before);
    expect(pool.getPoolStats().limits.gate).toMatchObject({ key: "gate", kind: "gate" });
  });
});

test.each(HOSTED)("a gate is left when the worker dies (%s)", async (mode) => {
  const gate = new Gate(1);
  const pool = stopped(Limited.options({ mode, limits: [gate], stdio: "ignore" }).init());
  await errorOf(pool.exit() as PromiseLike<unknown>);
  expect(gate.inside).toBe(0);
  expect(await pool.plain(3)).toBe(3);
});

nothingIsLeft();
