import { describe, expect, test } from "vitest";
import { Disposing } from "#workers/disposing";
import { errorOf, MODES, nothingIsLeft, stoppedAfterEach } from "../pool/support.ts";
import { connections, isFree, limitOf } from "./support.ts";

const stopped = stoppedAfterEach();

describe.each(MODES)("row 5: a lease held by await using, in %s mode", (mode) => {
  test("is free again when the body throws, and the body's error surfaces", async () => {
    const pool = stopped(Disposing.options({ mode, limits: [connections(1)] }).init());
    const error = await errorOf(pool.fail({ connections: 1 }));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe("failed with connections");
    await isFree(pool, "connections");
    expect(limitOf(pool, "connections")).toMatchObject({ granted: 1, capacity: 1, available: 1 });
  });

  test("may be null where nothing was free, which changes nothing", async () => {
    const pool = stopped(Disposing.options({ mode, limits: [connections(1)] }).init());
    expect(await pool.tryTwice({ connections: 1 })).toEqual([false, false]);
    await isFree(pool, "connections");
    expect(limitOf(pool, "connections")).toMatchObject({ granted: 1, capacity: 1, available: 1 });
    expect(await pool.tryTake({ connections: 1 })).toBe(true);
    await isFree(pool, "connections");
  });
});

nothingIsLeft();
