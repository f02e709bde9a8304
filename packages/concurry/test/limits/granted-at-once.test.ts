import { beforeEach, describe, expect, test } from "vitest";
import { askForCall } from "../../src/limits/ask.ts";
import { CallCharge } from "../../src/limits/call-charge.ts";
import { CallLimit } from "../../src/limits/call-limit.ts";
import type { Grant } from "../../src/limits/grant.ts";
import { LimitSet } from "../../src/limits/limit-set.ts";
import type { Wait } from "../../src/limits/wait.ts";
import { FakeClock, settle } from "./fake-clock.ts";
import { coreOf } from "./in-call.ts";
import { keeping } from "./keeping.ts";

const CAPACITY = 4;

let set: LimitSet;
let heard: unknown[];

beforeEach(() => {
  const limit = new CallLimit({ windowSeconds: 60, capacity: CAPACITY });
  set = keeping(new LimitSet([limit], { clock: new FakeClock() }));
  heard = [];
});

/** Charges a call by a wait that is granted while it is made: who comes before it is found to have given up. */
async function waitGrantedAtOnce(): Promise<{ wait: Wait; heardByThen: readonly unknown[] }> {
  await set.acquire({ callCount: 1 });
  const controller = new AbortController();
  const { signal } = controller;
  const core = coreOf(set);
  const made = new Promise<{ wait: Wait; heardByThen: readonly unknown[] }>((resolve, reject) => {
    signal.addEventListener("abort", () => {
      const facts = { owner: undefined, priority: -1, timeoutMs: undefined, signals: [] };
      const ask = askForCall(new CallCharge(1, "callApi"), facts);
      if (core.take(ask) !== undefined) reject(new Error("Nobody came before it."));
      const wait = core.wait(ask, {
        granted: (grant: Grant) => heard.push(["granted", grant.amounts()]),
        refused: (reason) => heard.push(["refused", reason]),
      });
      resolve({ wait, heardByThen: [...heard] });
      onMade(wait);
    });
  });
  const before = expect(set.acquire({ callCount: CAPACITY }, { signal })).rejects.toBe("enough");
  controller.abort("enough");
  await before;
  return made;
}

/** What is done with the wait in the turn in which it was made. */
let onMade: (wait: Wait) => void;

describe("a wait that is granted while it is made", () => {
  test("is told of it once, when the one who waits has it in hand", async () => {
    onMade = () => {};
    const { wait, heardByThen } = await waitGrantedAtOnce();
    await settle();

    expect(wait.isOver).toBe(true);
    expect(heardByThen).toEqual([]);
    expect(heard).toEqual([["granted", { callCount: 1 }]]);
    expect(wait.cancel("late")).toBe(false);
    expect((await set.stats()).callCount).toMatchObject({ waiting: 0, available: CAPACITY - 2 });
  });

  test("and cancelled before it is told is refused, and charged nothing", async () => {
    const cancelled: boolean[] = [];
    onMade = (wait) => cancelled.push(wait.cancel("not needed"), wait.cancel("again"));
    await waitGrantedAtOnce();
    await settle();

    expect(cancelled).toEqual([true, false]);
    expect(heard).toEqual([["refused", "not needed"]]);
    expect((await set.stats()).callCount).toMatchObject({ waiting: 0, available: CAPACITY - 1 });
  });
});
