import { LimitError } from "../errors/limit-error.ts";
import { exceedsCapacity, type LimitProblem } from "./check-request.ts";
import type { Grant } from "./grant.ts";
import { exceeds } from "./key-rules.ts";
import type { LimitState } from "./limit-state.ts";
import type { Amounts } from "./limits.ts";

/** What is wrong with a request inside a lease: together with what is held already it could never be granted. */
export function nestedProblem(
  states: ReadonlyMap<string, LimitState>,
  amounts: Amounts,
  parent: Grant,
): LimitProblem | undefined {
  for (const key in amounts) {
    const rule = states.get(key)?.rule;
    // Only what is held can be waited for in vain: a rate comes back by time.
    if (rule?.kind !== "resource") continue;
    let held = 0;
    for (let outer: Grant | undefined = parent; outer !== undefined; outer = outer.parent)
      if (!outer.isReleased) held += outer.find(key)?.net ?? 0;
    const amount = amounts[key] as number;
    if (amount > 0 && exceeds(rule, amount + held)) return exceedsCapacity(rule, amount, held);
  }
  return undefined;
}

/** Why a request may not wait: there is no room among those who do. */
export function queueFull(grant: Grant, maxWaiters: number): LimitError {
  const key = grant.first?.state.rule.key;
  const message = `${maxWaiters} requests wait already, and maxWaiters is ${maxWaiters}`;
  return new LimitError("LIMIT_QUEUE_FULL", message, { key, details: { maxWaiters } });
}
