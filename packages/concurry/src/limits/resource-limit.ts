import { outOfRange, positiveInteger } from "../util/check.ts";
import { checkedOptions, configure } from "./config-error.ts";
import { limitKey } from "./rate-options.ts";

/** Options of a {@link ResourceLimit}. */
export interface ResourceLimitOptions {
  /** Its name, by which `acquire` takes from it. */
  readonly key: string;
  /** How many may be in use at once; integer, 1 … 2^31 − 1. */
  readonly capacity: number;
}

const MOST = 2 ** 31 - 1;

/**
 * So many in use at once: connections, licences, seats.
 *
 * Taken when a request names it, and by `acquire()` without a request; held until the lease is released.
 *
 * @throws {TypeError | RangeError} When an option is wrong; `code` is `"LIMIT_CONFIG"`.
 * @example
 * const limits = [new ResourceLimit({ key: "connections", capacity: 5 })];
 */
export class ResourceLimit {
  readonly kind: "resource" = "resource";
  readonly key: string;
  readonly capacity: number;

  constructor(options: ResourceLimitOptions) {
    const checks = { key: limitKey, capacity: resourceCapacity };
    const checked = configure(() =>
      checkedOptions<ResourceLimitOptions>("ResourceLimit", options, checks, ["key", "capacity"]),
    );
    this.key = checked.key;
    this.capacity = checked.capacity;
    Object.freeze(this);
  }
}

function resourceCapacity(value: unknown): number {
  const capacity = positiveInteger("capacity", value);
  if (capacity > MOST) throw outOfRange("capacity", `an integer from 1 to ${MOST}`, value);
  return capacity;
}
