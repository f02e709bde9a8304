import { milliseconds, oneOf } from "../util/check.ts";
import { type Check, checkRecord } from "../util/check-record.ts";
import type { StopOptions } from "./pool-type.ts";

const CHECKS: { readonly [Name in keyof Required<StopOptions>]: Check } = {
  mode: (value) => oneOf("mode", value, ["drain", "cancel"]),
  timeoutMs: (value) => milliseconds("timeoutMs", value, 0),
};

/**
 * Checks what `pool.stop()` was given.
 *
 * @throws {TypeError} For an unknown name or a value of the wrong type; a `RangeError` for one out of range.
 */
export function checkStopOptions(given: StopOptions | undefined): StopOptions {
  if (given === undefined) return {};
  refuseBare(given);
  return checkRecord("pool.stop()", "option", given, CHECKS);
}

/** A bare number most likely means a time, a bare word the mode. */
function refuseBare(given: unknown): void {
  const isTime = typeof given === "number" && given >= 0;
  if (!isTime && given !== "drain" && given !== "cancel") return;
  const meant = isTime ? `{ timeoutMs: ${given} }` : `{ mode: "${given}" }`;
  throw new TypeError(
    `pool.stop() must be given a plain object, got ${isTime ? given : `"${given}"`}; write ${meant}`,
  );
}
