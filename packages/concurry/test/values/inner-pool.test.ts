import {
  CancelledError,
  ConcurryError,
  SerializationError,
  StoppedError,
  TimeoutError,
  WorkerCrashedError,
  WorkerStartError,
} from "concurry";
import { afterAll, describe, expect, test } from "vitest";
import { OuterThrower } from "#workers/outer-thrower";
import { RegisteredQuota } from "#workers/thrower";
import { COPYING_MODES, failureOf, stopAndCheck } from "./modes.ts";

const CASES = [
  ["crash", WorkerCrashedError, { code: "WORKER_CRASHED", exitCode: 7, lastMethod: "exit", started: true }],
  ["sendSymbol", SerializationError, { code: "NOT_SERIALIZABLE", method: "echo", path: ".list[0]" }],
  ["timeOut", TimeoutError, { code: "TIMEOUT", name: "TimeoutError", timeoutMs: 1 }],
  ["cancel", CancelledError, { code: "CANCELLED", name: "AbortError", cause: { why: "not needed" } }],
  ["callStopped", StoppedError, { code: "STOPPED" }],
  ["unbuilt", WorkerStartError, { code: "WORKER_START" }],
] as const;

describe.each(COPYING_MODES)("a worker in %s mode", (outerMode) => {
  describe.each(COPYING_MODES)("that holds a pool in %s mode", (innerMode) => {
    const pool = OuterThrower.options({ mode: outerMode }).init(innerMode);
    afterAll(() => stopAndCheck(pool));

    test.each(CASES)("passes on the error of %s() as it is", async (method, errorClass, facts) => {
      const error = await failureOf(pool[method]());

      expect(error).toBeInstanceOf(errorClass);
      expect(error).toBeInstanceOf(ConcurryError);
      expect(Object.getPrototypeOf(error)).toBe(errorClass.prototype);
      expect(error).toMatchObject(facts);
      expect((error as Error).stack).toMatch(new RegExp(`OuterThrower\\.${method}|inner-pool\\.test`));
    });

    test("passes on what the inner worker's constructor threw", async () => {
      const error = (await failureOf(pool.unbuilt())) as Error;

      expect(error.cause).toBeInstanceOf(RangeError);
      expect(error.cause).toMatchObject({ message: "no such model" });
    });

    test("passes on a user's error, fields, causes and all", async () => {
      const error = (await failureOf(pool.fail("registered"))) as Error;

      expect(error).toBeInstanceOf(RegisteredQuota);
      expect(error).toMatchObject({ message: "used up", left: 3 });
      expect(error.stack).toMatch(/Thrower\.later.*OuterThrower\.fail.*inner-pool\.test/s);
      const chain = (await failureOf(pool.fail("chain"))) as Error & { cause: { cause: unknown } };
      expect(chain.cause.cause).toBeInstanceOf(RangeError);
    });
  });
});
