import type { GatedCall } from "concurry";
import { aFunction, milliseconds, nonEmptyString, outOfRange, wrongType } from "../../util/check.ts";
import { checkRecord } from "../../util/check-record.ts";
import { configure } from "../config-error.ts";
import {
  type BottleneckGroup,
  type BottleneckLimiter,
  isGroup,
  isInRedis,
  isLimiter,
} from "./limiter-shape.ts";
import { weightFault } from "./weight.ts";

/** Options of `bottleneckLimit`. */
export interface BottleneckLimitOptions {
  /**
   * What a call weighs: a number ≥ 0, an integer if the limiter counts in Redis; or a function of the call. Default 1.
   */
  readonly weight?: number | ((call: GatedCall) => number) | undefined;
  /** Picks the limiter of a `Bottleneck.Group`; needed there, refused elsewhere. */
  readonly id?: ((call: GatedCall) => string) | undefined;
  /** Name of the gate in the stats, different from that of every limit of its set. Default `"bottleneck"`. */
  readonly key?: string | undefined;
  /**
   * Milliseconds that a call may wait here, 1 … 2^31 − 1. Then it fails with `LIMIT_TIMEOUT`. Default: no limit.
   *
   * Bottleneck needs a few milliseconds for every call, however free it is.
   */
  readonly timeoutMs?: number | undefined;
}

/** How calls enter, with every default filled in. */
export interface GateSettings {
  readonly key: string;
  readonly timeoutMs: number | undefined;
  limiterOf(call: GatedCall): BottleneckLimiter;
  weightOf(call: GatedCall): number;
}

const INSTALL = 'npm install "bottleneck@^2.19.5"';

const CHECKS = {
  weight: (value: unknown) => {
    if (typeof value !== "number" && typeof value !== "function")
      throw wrongType("weight", "a number or a function", value);
  },
  id: (value: unknown) => aFunction("id", value),
  key: (value: unknown) => nonEmptyString("key", value),
  timeoutMs: (value: unknown) => milliseconds("timeoutMs", value),
};

/**
 * Checks what a gate is made of.
 *
 * @throws {TypeError | RangeError} When something is wrong; `code` is `"LIMIT_CONFIG"`.
 */
export function gateSettings(
  limiter: BottleneckLimiter | BottleneckGroup,
  options: BottleneckLimitOptions = {},
): GateSettings {
  return configure(() => {
    const checked = checkRecord("bottleneckLimit", "option", options, CHECKS) as BottleneckLimitOptions;
    const { weight = 1, key = "bottleneck", timeoutMs } = checked;
    const limiterOf = pickLimiter(limiter, checked.id);
    if (typeof weight === "number") {
      const fault = weightFault(weight, isInRedis(limiter));
      if (fault !== undefined) throw outOfRange("weight", fault, weight);
    }
    const weightOf = typeof weight === "function" ? weight : () => weight;
    return { key, timeoutMs, limiterOf, weightOf };
  });
}

function pickLimiter(limiter: unknown, id: BottleneckLimitOptions["id"]): GateSettings["limiterOf"] {
  if (isLimiter(limiter)) {
    if (id !== undefined) throw new TypeError("id picks the limiter of a Bottleneck.Group, got one limiter");
    return () => limiter;
  }
  if (!isGroup(limiter))
    throw wrongType("limiter", `a Bottleneck or Bottleneck.Group of version 2 (${INSTALL})`, limiter);
  if (id === undefined)
    throw new TypeError("id must tell which limiter of the Bottleneck.Group a call enters");
  return (call) => limiter.key(nonEmptyString("id", id(call)));
}
