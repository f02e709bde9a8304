import { setImmediate as turn } from "node:timers/promises";
import type { WorkerExitEvent } from "concurry";
import { describe, expect, test } from "vitest";
import { Fragile } from "#workers/fragile";
import { Mortal } from "#workers/mortal";
import { errorOf, HOSTED, nothingIsLeft, stoppedAfterEach, warningsDuring } from "../pool/support.ts";
import { QUIET } from "./support.ts";

const stopped = stoppedAfterEach();
const LAST = "LastWarning";

interface Watched {
  once(event: "workerExit", listener: (exit: WorkerExitEvent) => void): unknown;
}

function exitOf(pool: Watched): Promise<WorkerExitEvent> {
  return new Promise((resolve) => pool.once("workerExit", resolve));
}

/** Warnings of deaths until one of the test's own has come through. */
async function deathsTold(run: () => Promise<unknown>): Promise<Error[]> {
  const warnings = await warningsDuring(async () => {
    await run();
    await turn();
    process.emitWarning("that is all", LAST);
  }, LAST);
  return warnings.filter(({ name }) => name !== LAST);
}

describe.each(HOSTED)("in %s mode", (mode) => {
  const mortalPool = (options: object = {}) => stopped(Mortal.options({ mode, ...QUIET, ...options }).init());

  test("what a worker died of between two calls is told by its exit, and by a warning", async () => {
    const pool = mortalPool();
    const exited = exitOf(pool);
    const told = await deathsTold(async () => {
      await pool.throwSoon("out of the blue");
      await exited;
    });
    const { error, expected, workerIndex } = await exited;
    expect({ expected, workerIndex }).toEqual({ expected: false, workerIndex: 0 });
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ message: "out of the blue" });
    expect(told.length).toBe(1);
    expect(told[0]).toMatchObject({ code: "WORKER_CRASHED", cause: error });
    expect(told[0]?.message).toMatch(/^Worker 0 of "Mortal" died \(.*\): out of the blue$/);
    expect(await pool.echo("up again")).toBe("up again");
  });

  test("a death that a call tells of is no warning", async () => {
    const pool = mortalPool();
    const exited = exitOf(pool);
    const told = await deathsTold(async () => {
      expect(await errorOf(pool.throwOutside("while it ran"))).toMatchObject({ code: "WORKER_CRASHED" });
      await exited;
    });
    expect((await exited).error).toMatchObject({ name: "RangeError", message: "while it ran" });
    expect(told).toEqual([]);
  });

  test("an end without an error is none, either", async () => {
    const pool = mortalPool();
    const exited = exitOf(pool);
    const told = await deathsTold(async () => {
      await pool.exitSoon(3);
      await exited;
    });
    expect(await exited).toMatchObject({ expected: false, exitCode: 3, error: undefined });
    expect(told).toEqual([]);
  });

  test("nor is an end that was asked for", async () => {
    const pool = mortalPool({ recycle: { afterCalls: 1 } });
    const exited = exitOf(pool);
    const told = await deathsTold(async () => {
      await pool.echo("once");
      await exited;
      const last = exitOf(pool);
      await pool.stop();
      expect(await last).toMatchObject({ expected: true, error: undefined });
    });
    expect(await exited).toMatchObject({ expected: true, error: undefined });
    expect(told).toEqual([]);
  });

  test("nor is what a worker died of when it was told to end", async () => {
    const pool = stopped(Fragile.options({ mode, ...QUIET }).init({ when: "onStop", how: "throwOutside" }));
    await pool.which();
    const exited = exitOf(pool);
    const told = await deathsTold(() => pool.stop());
    expect(await exited).toMatchObject({ expected: true, error: { message: "too early" } });
    expect(told).toEqual([]);
  });

  test("nor is why it could not start: calls tell of that", async () => {
    const pool = stopped(Fragile.options({ mode, ...QUIET }).init({ when: "onStart", how: "throwOutside" }));
    const exited = exitOf(pool);
    const told = await deathsTold(async () => {
      expect(await errorOf(pool.which())).toMatchObject({ code: "WORKER_START" });
    });
    expect(await exited).toMatchObject({ expected: false, error: { message: "too early" } });
    expect(told).toEqual([]);
  });
});

nothingIsLeft();
