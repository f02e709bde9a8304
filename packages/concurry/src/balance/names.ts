import { aFunction, outOfRange, wrongType } from "../util/check.ts";
import type { Balancer, PoolBalancer } from "./balancer.ts";
import { ConsistentHash } from "./consistent-hash.ts";
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
  | "shared_queue"
  | "consistent_hash";

const WANTED =
  'one of "round_robin" ("rr"), "least_active" ("active"), "least_total" ("total"), "random" ("rand"), "shared_queue", "consistent_hash", or a balancer object';

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
): PoolBalancer {
  if (typeof nameOrObject === "string") return balancerByName(nameOrObject, random);
  checkBalancer(nameOrObject);
  return new CustomBalancer(nameOrObject);
}

function balancerByName(name: string, random: () => number): PoolBalancer {
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
    case "consistent_hash":
      return new ConsistentHash();
    default:
      throw outOfRange("loadBalancing", WANTED, name);
  }
}

function checkBalancer(value: unknown): asserts value is Balancer {
  if (typeof value !== "object" || value === null) {
    throw wrongType("loadBalancing", WANTED, value);
  }
  const { name, select, stats } = value as Partial<Record<keyof Balancer, unknown>>;
  if (typeof name !== "string" || name === "") {
    throw wrongType('"name" of a load balancer', "a string that is not empty", name);
  }
  aFunction(`"select" of load balancer "${name}"`, select);
  if (stats !== undefined) aFunction(`"stats" of load balancer "${name}"`, stats);
}
