import { describe, expect, test } from "vitest";
import { readOutcome } from "../../src/control/outcome.ts";
import { CancelledError } from "../../src/errors/call-errors.ts";
import { Lending } from "../../src/pool/lending.ts";
import { pack } from "../../src/protocol/packed.ts";
import { endless } from "../lending/support.ts";
import { errorOf } from "./support.ts";

const OWNER = 7;
const ARGUMENTS = pack([20], "clone");

/** The message of {@link lent}. */
interface Sent {
  readonly value: readonly [string, readonly [{ readonly deep: object }]];
  readonly standIns: readonly object[];
}

function lent(thing: object) {
  const lending = new Lending("clone", () => undefined);
  const state = { attempt: 1, begun: 0 };
  const message = lending.lend(OWNER, ["text", [{ deep: thing }]], {
    isRunning: (attempt) => attempt === state.attempt,
    onBegun: () => {
      state.begun += 1;
    },
  });
  const controls = lending.controls();
  const run = async (attempt: number): Promise<unknown> =>
    readOutcome(await controls.run({ owner: OWNER, attempt, index: 0 }, ARGUMENTS), "clone");
  const pull = (attempt: number) => controls.pull({ owner: OWNER, attempt, index: 0 });
  return { lending, state, message, controls, run, pull };
}

describe("what a call has lent", () => {
  test("is for the attempt that runs, and no other", async () => {
    const { state, run } = lent((value: number) => value + 1);
    expect(await run(1)).toBe(21);
    expect(await errorOf(run(2))).toBeInstanceOf(CancelledError);
    state.attempt = 2;
    expect(await errorOf(run(1))).toBeInstanceOf(CancelledError);
    expect(await run(2)).toBe(21);
  });

  test("an iterable isn't begun for an attempt that is over", async () => {
    const source = endless();
    const { state, pull } = lent(source);
    state.attempt = 2;
    const { items, end } = await pull(1);
    expect(items).toEqual([]);
    expect(end?.thrown).toBeDefined();
    expect([source.begun, state.begun]).toEqual([0, 0]);
    expect((await pull(2)).items).toHaveLength(1);
    expect([source.begun, state.begun]).toEqual([1, 1]);
  });

  test("is gone when the call has settled, also for who still waits", async () => {
    let isCalled = false;
    const { lending, run } = lent(() => {
      isCalled = true;
      return new Promise(() => {});
    });
    const waiting = run(1);
    expect([isCalled, lending.size]).toEqual([true, 1]);
    lending.release(OWNER);
    expect(await errorOf(waiting)).toBeInstanceOf(CancelledError);
    expect(await errorOf(run(1))).toBeInstanceOf(CancelledError);
    expect(lending.size).toBe(0);
    lending.release(OWNER);
  });

  test("stands in its place as the very object in the list of stand-ins", () => {
    const { message } = lent(() => 1);
    const copy = structuredClone(message) as unknown as Sent;
    expect(copy.standIns).toEqual([{ kind: "function" }]);
    expect(copy.value[1][0].deep).toBe(copy.standIns[0]);
  });
});

test("nothing is lent where there is nothing to lend, and a getter that throws is left to the clone", () => {
  const lending = new Lending("clone", () => undefined);
  const borrower = { isRunning: () => true, onBegun: () => {} };
  const broken = {
    get field(): never {
      throw new Error("no value");
    },
  };
  expect(lending.lend(OWNER, [1, { list: [new Map()] }], borrower)).toBeUndefined();
  expect(lending.lend(OWNER, [broken, () => 1], borrower)).toBeUndefined();
  const moved = endless();
  expect(lending.lend(OWNER, [moved], borrower, [moved])).toBeUndefined();
  expect(lending.size).toBe(0);
});
