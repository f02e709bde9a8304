import { describe, expect, test } from "vitest";
import { type Modes, Nest, type Place } from "#workers/nest";
import { gone, Notes, ORPHAN_MS } from "../death/support.ts";
import { errorOf, MODES, nothingIsLeft, stoppedAfterEach, until } from "./support.ts";

// A cancelled worker has 1 s to end; the rest is for a busy machine, and still far below the 30 s of a drain.
const FORCED_MS = 10_000;
const PLACES: readonly Place[] = ["constructor", "onStart", "method", "asyncMethod"];
const PAIRS = MODES.flatMap((outer) => MODES.map((inner) => [outer, inner] as const));
const LEVELS: readonly (readonly [(typeof MODES)[number], Modes])[] = [
  ["thread", ["process", "thread"]],
  ["process", ["thread", "process"]],
  ["process", ["process", "process"]],
  ["async", ["thread", "process"]],
  ["thread", ["sync", "thread"]],
  ["sync", ["async", "process"]],
];

const stopped = stoppedAfterEach();
const notes = new Notes();

/** A pool whose worker has pools inside, all up. */
async function nest(mode: (typeof MODES)[number], modes: Modes, place: Place = "constructor") {
  notes.clear();
  const pool = stopped(Nest.options({ mode } as { mode: "thread" }).init(notes.file, place, modes));
  const addresses = await pool[place === "asyncMethod" ? "reachLater" : "reach"]();
  expect(addresses).toHaveLength(modes.length + 1);
  return { pool, pids: addresses.map(({ pid }) => pid).filter((pid) => pid !== process.pid) };
}

async function msOf(promise: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await promise;
  return performance.now() - start;
}

describe.each(PAIRS)("a pool inside a worker of mode %s, of mode %s,", (outer, inner) => {
  test("stops with the outer one, after the outer onStop, and has stopped when that has", async () => {
    const { pool, pids } = await nest(outer, [inner]);
    await pool.stop();
    expect(notes.lines()).toEqual(["0 stops with 1 inside", "1 stops with 0 inside"]);
    await gone(...pids);
  });

  test("is cancelled with the outer one", async () => {
    const { pool, pids } = await nest(outer, [inner]);
    const call = pool.hang();
    await until(() => notes.lines().includes("1 hangs"));
    expect(await msOf(pool.stop({ mode: "cancel" }))).toBeLessThan(FORCED_MS);
    expect(await errorOf(call)).toMatchObject({ code: "CANCELLED" });
    expect(notes.lines()).toContain("1 stops with 0 inside");
    await gone(...pids);
  });
});

describe.each(MODES)("a worker of mode %s", (mode) => {
  test.each(PLACES)("may make its pool in its %s", async (place) => {
    const { pool } = await nest(mode, ["thread"], place);
    await pool.stop();
    expect(notes.lines()).toContain("1 stops with 0 inside");
  });

  test("that is not done at the time limit is cut short together with its pool", async () => {
    const { pool, pids } = await nest(mode, ["process"]);
    const call = pool.hang();
    await until(() => notes.lines().includes("1 hangs"));
    expect(await msOf(pool.stop({ timeoutMs: 50 }))).toBeLessThan(FORCED_MS);
    expect(await errorOf(call)).toMatchObject({ code: "CANCELLED" });
    await gone(...pids);
  });
});

describe.each(LEVELS)("three levels, %s with %j inside,", (outer, modes) => {
  test("stop from the outside in, one after the other", async () => {
    const { pool, pids } = await nest(outer, modes);
    await pool.stop();
    const lines = ["0 stops with 2 inside", "1 stops with 1 inside", "2 stops with 0 inside"];
    expect(notes.lines()).toEqual(lines);
    await gone(...pids);
  });

  test("are cancelled in time, even in an endless loop", async () => {
    const { pool, pids } = await nest(outer, modes);
    const call = pool.spin();
    await until(() => notes.lines().includes("2 spins"));
    expect(await msOf(pool.stop({ mode: "cancel" }))).toBeLessThan(FORCED_MS);
    expect(await errorOf(call)).toMatchObject({ code: "CANCELLED" });
    expect(await gone(...pids)).toBeLessThan(ORPHAN_MS);
  });
});

nothingIsLeft();
