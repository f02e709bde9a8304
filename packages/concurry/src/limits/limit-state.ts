import { Histogram } from "../util/histogram.ts";
import { FixedWindow } from "./algorithms/fixed-window.ts";
import { LeakyBucket } from "./algorithms/leaky-bucket.ts";
import { SlidingWindow } from "./algorithms/sliding-window.ts";
import { TokenBucket } from "./algorithms/token-bucket.ts";
import type { CallLimit } from "./call-limit.ts";
import type { SharedCharge } from "./grant.ts";
import { type KeyRule, ruleOf } from "./key-rules.ts";
import { type Meter, shapeOf } from "./meter.ts";
import type { RateLimit } from "./rate-limit.ts";
import type { ResourceLimit } from "./resource-limit.ts";
import { ResourceMeter } from "./resource-meter.ts";

// Amounts that aren't integers are rounded to this many bits of the capacity, so that sums of them are exact.
const FRACTION_BITS = 50;

/** One limit of one arbiter: its meter and its counts. */
export class LimitState {
  readonly limit: CallLimit | RateLimit | ResourceLimit;
  readonly rule: KeyRule;
  readonly meter: Meter;
  /** Place in its set; tells key sets apart. */
  readonly index: number;
  /** Of those who waited; all others who were granted waited for 0 ms. */
  readonly waits: Histogram = new Histogram();
  granted = 0;
  charged = 0;
  /** What the meter doesn't know of yet. */
  untimed = 0;
  /** What that will be to the grants in it. */
  shared: SharedCharge | undefined = undefined;
  refunded = 0;
  overdrawn = 0;
  timedOut = 0;
  cancelled = 0;
  ownersLost = 0;
  leaked = 0;
  /** Requests that wait for it. */
  waiting = 0;
  /** When something last came back, counted in steps of the arbiter. */
  freedAt = 0;
  /** The look at the queues that found it reserved. */
  reservedIn = 0;
  readonly #grain: number;

  constructor(limit: CallLimit | RateLimit | ResourceLimit, index: number) {
    this.limit = limit;
    this.rule = ruleOf(limit);
    this.meter = meterOf(limit);
    this.index = index;
    this.#grain = 2 ** (FRACTION_BITS - Math.ceil(Math.log2(this.rule.largest)));
  }

  /** Whether an amount is certainly one that may be requested. */
  isPlain(amount: unknown): amount is number {
    return (
      typeof amount === "number" &&
      amount >= 0 &&
      amount <= this.rule.largest &&
      (this.meter.isTimed || Number.isInteger(amount))
    );
  }

  /** An amount as it is counted. */
  counted(amount: number): number {
    return Number.isInteger(amount) ? amount : Math.round(amount * this.#grain) / this.#grain;
  }
}

function meterOf(limit: LimitState["limit"]): Meter {
  if (limit.kind === "resource") return new ResourceMeter(limit.capacity);
  const shape = shapeOf(limit.rate);
  switch (limit.rate.algorithm) {
    case "sliding_window":
      return new SlidingWindow(shape);
    case "fixed_window":
      return new FixedWindow(shape);
    case "leaky_bucket":
      return new LeakyBucket(shape);
    case "token_bucket":
    case "gcra":
      return new TokenBucket(shape);
  }
}
