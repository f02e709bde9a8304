import { withConfig } from "concurry";
import { expect, test } from "vitest";
import { Elastic } from "#workers/elastic";

const THREAD = { mode: "thread" } as const;

test.each([
  [
    { ...THREAD, onDemand: true, recycle: { afterCalls: 1 } },
    RangeError,
    "recycle has no meaning with onDemand",
  ],
  [{ ...THREAD, onDemand: true, idleTimeoutMs: 1 }, RangeError, "idleTimeoutMs has no meaning with onDemand"],
  [{ ...THREAD, onDemand: true, minWorkers: 0 }, RangeError, "minWorkers has no meaning with onDemand"],
  [{ ...THREAD, onDemand: true, loadBalancing: "round_robin" }, RangeError, 'got "round_robin"'],
  [{ mode: "sync", onDemand: true }, RangeError, "sync mode has none"],
  [{ mode: "async", onDemand: true }, RangeError, "async mode has none"],
  [{ ...THREAD, onDemand: 1 }, TypeError, "onDemand must be"],
  [{ ...THREAD, maxWorkers: 0 }, RangeError, "maxWorkers must be an integer of at least 1, got 0"],
  [
    { ...THREAD, maxWorkers: 2, minWorkers: 3 },
    RangeError,
    "minWorkers must not be more than maxWorkers (2), got 3",
  ],
  [{ ...THREAD, minWorkers: -1 }, RangeError, "minWorkers must be an integer of at least 0, got -1"],
  [{ ...THREAD, idleTimeoutMs: 0 }, RangeError, "idleTimeoutMs"],
  [
    { ...THREAD, recycle: { afterCalls: 0 } },
    RangeError,
    "recycle.afterCalls must be an integer of at least 1, got 0",
  ],
  [{ ...THREAD, recycle: { aboveHeapBytes: "1" } }, TypeError, "recycle.aboveHeapBytes"],
  [{ ...THREAD, recycle: { afterCall: 1 } }, TypeError, "afterCalls"],
  [{ ...THREAD, recycle: 5 }, TypeError, "recycle"],
  [{ mode: "sync", recycle: { aboveHeapBytes: 1 } }, RangeError, "in sync mode it is the caller's"],
  [{ ...THREAD, healthCheck: { intervalMs: 0 } }, RangeError, "healthCheck.intervalMs"],
  [{ ...THREAD, healthCheck: { timeoutMs: -1 } }, RangeError, "healthCheck.timeoutMs"],
  [{ ...THREAD, healthCheck: { interval: 1 } }, TypeError, "intervalMs"],
  [{ ...THREAD, healthCheck: true }, TypeError, "healthCheck"],
] as const)("%o is refused before anything starts", (options, kind, message) => {
  const refused = (): unknown => Elastic.options(options as unknown as { mode: "thread" });
  expect(refused).toThrow(kind);
  expect(refused).toThrow(message);
});

test.each([
  { ...THREAD, onDemand: true, loadBalancing: "random" },
  { ...THREAD, onDemand: true, loadBalancing: "rand", maxWorkers: 0 },
  { ...THREAD, minWorkers: 0, idleTimeoutMs: 1, maxWorkers: 1 },
  { ...THREAD, recycle: { afterCalls: 1, aboveHeapBytes: 1 } },
  { ...THREAD, healthCheck: {} },
] as const)("%o is taken", (options) => {
  Elastic.options(options as { mode: "thread" });
});

test("a program's default for on-demand workers is nothing to a pool that can have none", async () => {
  await withConfig({ defaults: { onDemand: true } }, async () => {
    const pool = Elastic.options({ mode: "async" }).init();
    expect(pool.getPoolStats()).toMatchObject({ onDemand: false, maxWorkers: 1 });
    await pool.stop();
  });
});
