import type { PoolBalancer } from "../balance/balancer.ts";
import { unwrapArguments } from "../future/unwrap.ts";
import type { Call } from "./call.ts";

/** Calls that wait for promises among their arguments. Those that have a worker count among its calls. */
export class AwaitingCalls {
  readonly #calls = new Set<Call>();
  readonly #balancer: PoolBalancer;

  constructor(balancer: PoolBalancer) {
    this.#balancer = balancer;
  }

  list(): Call[] {
    return [...this.#calls];
  }

  /** Calls back with the arguments once all are there, or with the error of one that never will be. */
  add(
    call: Call,
    args: readonly unknown[],
    onValues: (values: readonly unknown[]) => void,
    onError: (error: unknown) => void,
  ): void {
    this.#calls.add(call);
    this.#count(call, 1);
    const unlessCancelled =
      <T>(next: (outcome: T) => void) =>
      (outcome: T): void => {
        if (this.delete(call)) next(outcome);
      };
    unwrapArguments(args).then(unlessCancelled(onValues), unlessCancelled(onError));
  }

  /** Lets go of a call; false when it wasn't one of these. */
  delete(call: Call): boolean {
    if (!this.#calls.delete(call)) return false;
    this.#count(call, -1);
    return true;
  }

  #count({ handle }: Call, change: number): void {
    if (handle === undefined) return;
    handle.awaiting += change;
    this.#balancer.workerChanged?.(handle.index);
  }
}
