import type { Balancer } from "./balancer.ts";
import { CustomBalancer } from "./custom-balancer.ts";
import { LeastActive } from "./least-active.ts";
import { LeastTotal } from "./least-total.ts";
import { RandomChoice } from "./random.ts";
import { RoundRobin } from "./round-robin.ts";
import { SharedQueue } from "./shared-queue.ts";

/** Every name that `loadBalancing` takes; the short ones mean the same. */
export type BalancerName =
  | "round_robin"
  | "rr"
  | "least_active"
  | "active"
  | "least_total"
  | "total"
  | "random"
  | "rand"
  | "shared_queue";

const NAMES_IN_MESSAGES =
  '"round_robin" ("rr"), "least_active" ("active"), "least_total" ("total"), "random" ("rand"), "shared_queue"';

/**
 * Makes the balancer of one pool. Balancers with a name are new each time, since they count.
 *
 * @param random Gives numbers in [0, 1); used by `"random"`. Default `Math.random`.
 * @throws {RangeError} When the name is unknown; the message lists the names.
 * @throws {TypeError} When it is neither a name nor an object with `name` and `select`.
 */
export function resolveBalancer(
  nameOrObject: BalancerName | Balancer,
  random: () => number = Math.random,
): Balancer {
  if (typeof nameOrObject === "string") return balancerByName(nameOrObject, random);
  checkBalancer(nameOrObject);
  return new CustomBalancer(nameOrObject);
}

function balancerByName(name: string, random: () => number): Balancer {
  switch (name) {
    case "round_robin":
    case "rr":
      return new RoundRobin();
    case "least_active":
    case "active":
      return new LeastActive();
    case "least_total":
    case "total":
      return new LeastTotal();
    case "random":
    case "rand":
      return new RandomChoice(random);
    case "shared_queue":
      return new SharedQueue();
    default:
      throw new RangeError(
        `loadBalancing must be one of ${NAMES_IN_MESSAGES} or a balancer object, got "${name}".`,
      );
  }
}

function checkBalancer(value: unknown): asserts value is Balancer {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(
      `loadBalancing must be one of ${NAMES_IN_MESSAGES} or a balancer object, got ${String(value)}.`,
    );
  }
  const { name, select, stats, selectsAt } = value as Partial<Record<keyof Balancer, unknown>>;
  if (typeof name !== "string" || name === "") {
    throw new TypeError(`A load balancer object needs a "name" that is not empty, got ${String(name)}.`);
  }
  if (typeof select !== "function") {
    throw new TypeError(`Load balancer "${name}" needs a method "select", got ${typeof select}.`);
  }
  if (stats !== undefined && typeof stats !== "function") {
    throw new TypeError(`"stats" of load balancer "${name}" must be a method, got ${typeof stats}.`);
  }
  if (selectsAt !== undefined && selectsAt !== "call" && selectsAt !== "room") {
    throw new RangeError(
      `"selectsAt" of load balancer "${name}" must be "call" or "room", got ${String(selectsAt)}.`,
    );
  }
}
