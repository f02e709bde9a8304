import { LimitSet } from "../../src/limits/limit-set.ts";
import type { AcquireOptions, Amounts, Lease } from "../../src/limits/limits.ts";
import { RateLimit } from "../../src/limits/rate-limit.ts";
import { ResourceLimit } from "../../src/limits/resource-limit.ts";
import type { LimitSetOptions } from "../../src/limits/set-definition.ts";
import { FakeClock } from "./fake-clock.ts";
import { keeping } from "./keeping.ts";

const LIMITS = [
  new ResourceLimit({ key: "c", capacity: 10 }),
  new ResourceLimit({ key: "d", capacity: 10 }),
  new RateLimit({ key: "r", windowSeconds: 1, capacity: 10 }),
];

export let clock: FakeClock;
/** What {@link ask} takes from. */
export let set: LimitSet;
/** Names of those who were granted, in that order. */
export let order: string[];

/** Makes the clock, the set and the order new. */
export function beginAnew(options: LimitSetOptions = {}): void {
  clock = new FakeClock();
  set = keeping(new LimitSet(LIMITS, { ...options, clock }));
  order = [];
}

/** Asks, and notes when it was granted. */
export function ask(name: string, amounts: Amounts, options?: AcquireOptions): Promise<Lease> {
  const lease = set.acquire(amounts, options);
  lease.then(
    () => order.push(name),
    () => {},
  );
  return lease;
}
