import type { BalancedCall, Balancer, WorkerLoad } from "./balancer.ts";
import { rendezvous } from "./rendezvous.ts";

/** One key, one worker, while the pool keeps its size. Every call needs a key. */
export class ConsistentHash implements Balancer {
  readonly name = "ConsistentHash";

  /** @throws {TypeError} For a call without a key. */
  select(workers: readonly WorkerLoad[], { key, method }: BalancedCall): number {
    if (key !== undefined) return rendezvous(key, workers);
    throw new TypeError(
      `loadBalancing "consistent_hash" needs a key: write pool.with({ key: "…" }).${method}(…).`,
    );
  }
}
