import { afterAll, describe, expect, test } from "vitest";
import { Chain, Hall, shared } from "#workers/hall";
import { gone, Notes } from "../death/support.ts";
import { errorOf, HOSTED, MODES, nothingIsLeft, stoppedAfterEach } from "./support.ts";

const stopped = stoppedAfterEach();
const notes = new Notes();
afterAll(() => shared.stop());

describe.each(HOSTED)("a pool at the top of a module, in a worker of mode %s,", (mode) => {
  test.each(HOSTED)("in mode %s, stops with the worker, but not that of the caller", async (sharedMode) => {
    notes.clear();
    const env = { NOTES_FILE: notes.file, SHARED_MODE: sharedMode };
    const pool = stopped(Hall.options({ mode, maxWorkers: 2, env }).init());
    const addresses = (await pool.broadcast.addresses()).flat();
    expect(addresses).toHaveLength(4);
    await pool.stop();
    expect(notes.lines()).toEqual(Array.from({ length: 4 }, () => "shared stopped"));
    await gone(...addresses.map(({ pid }) => pid).filter((pid) => pid !== process.pid));
    expect(await shared.broadcast.address()).toHaveLength(2);
  });
});

test.each(["sync", "async"] as const)(
  "a pool at the top of a module stays when a worker of mode %s stops that has used it",
  async (mode) => {
    const pool = stopped(Hall.options({ mode }).init());
    expect(await pool.addresses()).toHaveLength(2);
    await pool.stop();
    expect(shared.stopped).toBe(false);
    expect(await shared.broadcast.address()).toHaveLength(2);
  },
);

describe.each(MODES)("calls through pools inside a worker of mode %s", (outer) => {
  test.each(MODES)("and pools of mode %s need no awaits", async (inner) => {
    const pool = stopped(Chain.options({ mode: outer }).init(inner));
    // Each of the three counters adds what it is given to what it has: 1, then 4, then 13.
    const inOneGo = pool.run(pool.run(pool.run(1)));
    const late = errorOf(pool.run(pool.fail("at the start")));
    expect(await inOneGo).toBe(13);
    expect(await late).toMatchObject({ name: "RangeError", message: "at the start" });
    await pool.stop();
  });
});

nothingIsLeft();
