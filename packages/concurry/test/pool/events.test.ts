import type { PoolEvents } from "concurry";
import { describe, expect, test } from "vitest";
import { Counter } from "#workers/counter";
import { Gated } from "#workers/gated";
import { HOSTED, MODES, nothingIsLeft, stoppedAfterEach, until, warningsDuring } from "./support.ts";

const stopped = stoppedAfterEach();
const NAMES = [
  "workerStart",
  "workerReady",
  "workerExit",
  "workerRestart",
  "callStart",
  "callEnd",
  "stop",
] as const;

describe.each(MODES)("in %s mode", (mode) => {
  const counterPool = () => stopped(Counter.options({ mode }).init(0));

  test("calls are told of when they leave and when they settle", async () => {
    const pool = counterPool();
    const starts: PoolEvents["callStart"][] = [];
    const ends: PoolEvents["callEnd"][] = [];
    expect(pool.on("callStart", (event) => starts.push(event))).toBe(pool);
    pool.on("callEnd", (event) => ends.push(event));
    await pool.add(1);
    await pool.fail("no").catch(() => {});
    await pool.drain();
    expect(starts).toEqual([
      { callId: 1, method: "add", workerIndex: 0 },
      { callId: 2, method: "fail", workerIndex: 0 },
    ]);
    expect(ends).toMatchObject([
      { callId: 1, method: "add", workerIndex: 0, status: "fulfilled", error: undefined },
      {
        callId: 2,
        method: "fail",
        workerIndex: 0,
        status: "rejected",
        error: { name: "RangeError", message: "no" },
      },
    ]);
    for (const { durationMs } of ends) expect(durationMs).toBeGreaterThanOrEqual(0);
  });

  test("a cancelled call is told of, also when no worker ever had it", async () => {
    const pool = stopped(Gated.options({ mode, concurrency: 1, loadBalancing: "shared_queue" }).init());
    const running = pool.obey();
    await until(() => running.status === "running");
    const ends: PoolEvents["callEnd"][] = [];
    pool.on("callEnd", (event) => ends.push(event));
    pool.note("waiting").cancel("why");
    await until(() => ends.length === 1);
    expect(ends).toMatchObject([
      { method: "note", workerIndex: undefined, status: "cancelled", error: { cause: "why" } },
    ]);
    running.cancel();
    await until(() => ends.length === 2);
    expect(ends).toMatchObject([{}, { method: "obey", workerIndex: 0, status: "cancelled" }]);
  });

  test("a listener that throws harms nobody: its error is a warning, its neighbours hear the event", async () => {
    const pool = counterPool();
    let heard = 0;
    pool.on("callEnd", () => {
      throw new RangeError("a listener's own");
    });
    pool.on("callEnd", () => {
      heard += 1;
    });
    const warnings = await warningsDuring(async () => {
      expect(await Promise.all([pool.add(1), pool.add(1)])).toEqual([1, 2]);
    }, "RangeError");
    expect(warnings[0]?.message).toBe("a listener's own");
    expect(heard).toBe(2);
  });

  test("an async listener that rejects is a warning, too", async () => {
    const pool = counterPool();
    pool.on("callEnd", (async () => {
      throw new RangeError("later");
    }) as () => void);
    const warnings = await warningsDuring(() => pool.add(1), "RangeError");
    expect(warnings[0]?.message).toBe("later");
  });

  test("once() hears one event, off() ends listening", async () => {
    const pool = counterPool();
    const heard: string[] = [];
    const always = (): void => void heard.push("always");
    const off = (): void => void heard.push("off");
    const never = (): void => void heard.push("never");
    pool
      .on("callEnd", always)
      .once("callEnd", () => heard.push("once"))
      .on("callEnd", off)
      .once("callEnd", never);
    pool.off("callEnd", never);
    await pool.add(1);
    pool.off("callEnd", off);
    await pool.add(1);
    expect(heard).toEqual(["always", "once", "off", "always"]);
  });

  test("stop is told of once", async () => {
    const pool = counterPool();
    const events: unknown[] = [];
    pool.on("stop", (event) => events.push(event));
    await Promise.all([pool.stop({ mode: "cancel" }), pool.stop()]);
    expect(events).toEqual([{ mode: "cancel" }]);
  });
});

test.each(HOSTED)("in %s mode the life of a worker is told of", async (mode) => {
  const pool = stopped(Gated.options({ mode }).init());
  const events: [string, object][] = [];
  for (const name of NAMES) pool.on(name, (event: object) => events.push([name, event]));
  await pool.ready();
  const { id } = pool.getWorkerStats(0);
  const endless = pool.spin();
  await until(() => endless.status === "running");
  endless.cancel();
  await pool.note("in the worker after it");
  await pool.stop();
  const worker = { workerIndex: 0, workerId: id };
  const next = { workerIndex: 0, workerId: pool.getWorkerStats(0).id };
  expect(next.workerId).not.toBe(id);
  expect(events).toMatchObject([
    ["workerStart", worker],
    ["workerReady", worker],
    ["callStart", { method: "spin" }],
    ["callEnd", { method: "spin" }],
    ["workerExit", { ...worker, expected: true }],
    ["workerStart", next],
    ["workerReady", next],
    ["callStart", { method: "note" }],
    ["callEnd", { method: "note" }],
    ["stop", { mode: "drain" }],
    ["workerExit", { ...next, exitCode: 0, signal: null, expected: true }],
  ]);
});

nothingIsLeft();
