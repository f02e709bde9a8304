import type { Item } from "../elements/element.ts";
import { childOf, closeItem, endChildren } from "../elements/marks.ts";
import type { OutputQueues } from "../queues/output-queues.ts";
import { type Attempts, attemptsOf, type Decision, onFailed, onRefused } from "./apply-error-policy.ts";
import type { RetryWaits } from "./retry-waits.ts";
import type { Caller, Slot } from "./slot.ts";
import type { StageRun } from "./stage-run.ts";

/** Sees to it that elements whose calls failed are tried again, passed on as outcomes, left out, or end the run. */
export class FailedCalls {
  readonly #run: StageRun;
  readonly #caller: Caller;
  readonly #out: OutputQueues<Item>;
  readonly #retries: RetryWaits;

  constructor(run: StageRun, caller: Caller, out: OutputQueues<Item>, retries: RetryWaits) {
    this.#run = run;
    this.#caller = caller;
    this.#out = out;
    this.#retries = retries;
  }

  /** A call has failed. */
  failed(slot: Slot, error: unknown, isTimeout: boolean): void {
    const { item } = slot;
    const attempts = this.#attemptsOf(slot);
    if (this.#run.operation !== "flatMap" || slot.position === 0) {
      this.#decided(item, attempts, onFailed(this.#run, item, attempts, error, isTimeout));
      return;
    }
    // Items that went on can't be taken back: what failed is the next one.
    const child = childOf(item, slot.position, undefined);
    const decision = onFailed(this.#run, child, attempts, error, isTimeout, false);
    endChildren(item);
    if (decision === "pass") this.#out.push(child);
    else closeItem(child);
  }

  /** A call has a result that `until` does not take. */
  refused(slot: Slot, result: unknown): void {
    const attempts = this.#attemptsOf(slot);
    this.#decided(slot.item, attempts, onRefused(this.#run, slot.item, attempts, result));
  }

  #attemptsOf(slot: Slot): Attempts {
    const attempts = attemptsOf(slot);
    attempts.worker = this.#caller.workerOf(slot);
    return attempts;
  }

  #decided(item: Item, attempts: Attempts, decision: Decision): void {
    if (decision === "pass") this.#out.push(item);
    else if (decision === "gone") closeItem(item);
    else {
      attempts.number++;
      this.#retries.add({ item, attempts }, decision.retryAfterMs);
    }
  }
}
