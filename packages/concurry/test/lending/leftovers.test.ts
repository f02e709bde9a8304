import { createHook } from "node:async_hooks";
import { describe, expect, test } from "vitest";
import { Borrower } from "#workers/borrower";
import { errorOf, HOSTED, nothingIsLeft, stoppedAfterEach, until } from "../pool/support.ts";
import { endless } from "./support.ts";

const stopped = stoppedAfterEach();
// Counts are exact: one entry or port that one call in any of twenty turns left would show.
const CALLS = 20_000;
const AT_ONCE = 1000;

interface Core {
  readonly pool: { readonly lending: { readonly size: number } };
}

/** Calls of a pool that have lent something and not settled. */
function loansOf(pool: object): number {
  const [core] = Object.getOwnPropertySymbols(pool).map((symbol) => Reflect.get(pool, symbol) as Core);
  return (core as Core).pool.lending.size;
}

/** How many ports are made while something is done. */
async function portsMadeBy(action: () => Promise<void>): Promise<number> {
  let count = 0;
  const hook = createHook({
    init: (_id, type) => {
      if (type === "MESSAGEPORT") count += 1;
    },
  });
  hook.enable();
  try {
    await action();
  } finally {
    hook.disable();
  }
  return count;
}

describe.each(HOSTED)("in %s mode", (mode) => {
  test(`${CALLS} calls with a function leave no entry and no port`, { timeout: 300_000 }, async () => {
    const pool = stopped(Borrower.options({ mode }).init());
    await pool.ask(async () => 1);
    let answers = 0;
    const lent = async (value: unknown): Promise<unknown> => {
      answers += 1;
      return value;
    };
    const ports = await portsMadeBy(async () => {
      for (let done = 0; done < CALLS; done += AT_ONCE) {
        const calls = Array.from({ length: AT_ONCE }, (_, index) => pool.ask(lent, index));
        expect(loansOf(pool)).toBe(AT_ONCE);
        await Promise.all(calls);
      }
    });

    expect([answers, ports, loansOf(pool)]).toEqual([CALLS, 0, 0]);
  });

  test("calls that fail, are cancelled, refused or lost leave no entry", async () => {
    const pool = stopped(Borrower.options({ mode, maxQueuedCalls: 3, stdio: "ignore" }).init());
    await pool.ready();
    const ends = [
      () => pool.beginAndFail(endless()),
      () => pool.ask(async () => Promise.reject(new Error("no"))),
      () => pool.ask(async () => 1, Symbol("s")),
      () => pool.ask(async () => 1, Promise.reject(new Error("no"))),
      () => pool.die(endless()),
      () => pool.with({ timeoutMs: 1 }).ask(() => new Promise(() => {})),
    ];
    for (const end of ends) await errorOf(end());
    const waiting = [1, 2, 3, 4].map(() => pool.ask(() => new Promise(() => {})));
    expect(await errorOf(waiting[3] as Promise<unknown>)).toMatchObject({ code: "QUEUE_FULL" });
    for (const future of waiting) future.cancel();

    await until(() => pool.getPoolStats().running === 0);
    expect(loansOf(pool)).toBe(0);
    expect(await errorOf(pool.broadcast.beginAndFail(endless()))).toMatchObject({ code: "NOT_SERIALIZABLE" });
    expect(await pool.broadcast.ask(async () => 1)).toEqual([1]);
    expect(loansOf(pool)).toBe(0);
  });
});

nothingIsLeft();
