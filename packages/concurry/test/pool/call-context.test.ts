import { callContext } from "concurry";
import { describe, expect, test } from "vitest";
import { Contextual } from "#workers/context";
import { Gated } from "#workers/gated";
import { MODES, nothingIsLeft, stoppedAfterEach, until } from "./support.ts";

const stopped = stoppedAfterEach();
const TURNS = 5;
const OUTSIDE = "callContext() was called outside a call: it works inside the methods of a worker.";

describe.each(MODES)("in %s mode", (mode) => {
  test("a method knows its call", async () => {
    const pool = stopped(Contextual.options({ mode }).init());
    expect(await pool.plain()).toEqual({
      callId: 1,
      method: "plain",
      attempt: 1,
      workerIndex: 0,
      aborted: false,
    });
    expect(await pool.plain()).toMatchObject({ callId: 2 });
    expect(await pool.sameSignal()).toBe(true);
  });

  test.each([1, 8])("with concurrency %i each call knows itself after every await", async (concurrency) => {
    const pool = stopped(Contextual.options({ mode, concurrency }).init());
    const calls = Array.from({ length: 24 }, () => pool.often(TURNS));
    const beside = pool.broadcast.often(TURNS);
    const looks = await Promise.all(calls);
    for (const seen of [...looks, ...(await beside)]) {
      const [first] = seen;
      expect(first?.method).toBe("often");
      expect(seen).toEqual(Array.from({ length: TURNS + 1 }, () => first));
    }
    expect(new Set(looks.map(([first]) => first?.callId)).size).toBe(24);
  });

  test("a broadcast knows its own call beside one that runs", async () => {
    const pool = stopped(Gated.options({ mode, concurrency: 1 }).init());
    const obeying = pool.obey();
    await until(async () => (await pool.broadcast.log())[0]?.includes("obey in") === true);
    const beside = pool.broadcast.pass("a");
    await until(async () => (await pool.broadcast.running())[0] === 1);
    obeying.cancel("only this one");
    await pool.broadcast.open("a");
    expect(await beside).toEqual(["a"]);
    expect(await pool.log()).toContain("obey out: AbortError, only this one");
  });

  test.each(["sync", "async"] as const)(
    "calls of a %s pool inside a call are told apart from it",
    async (inner) => {
      const pool = stopped(Contextual.options({ mode }).init());
      for (const method of ["nested", "nestedLater"] as const) {
        const looks = await pool[method](inner);
        const last = method === "nested" ? [method] : [method, method];
        expect(looks.map((look) => look.method)).toEqual([method, "plain", "later", "later", ...last]);
        expect(looks.at(-1)).toEqual(looks[0]);
        expect(looks.slice(1, 4).map(({ callId }) => callId)).toEqual([1, 2, 2]);
      }
    },
  );

  test("in a constructor and in onStart there is no call", async () => {
    const pool = stopped(Contextual.options({ mode }).init());
    expect(await pool.outside()).toEqual([OUTSIDE, OUTSIDE]);
  });

  test("the caller is in no call, also right after one", async () => {
    const pool = stopped(Contextual.options({ mode }).init());
    await pool.plain();
    expect(() => callContext()).toThrow(OUTSIDE);
  });
});

nothingIsLeft();
