import { createFuture, type Future, type FutureOwner } from "../future/future.ts";
import type { StreamOwner } from "../future/stream.ts";
import { realm } from "../protocol/realm.ts";

/**
 * Keeps a pool asleep while a host runs a module's start-up code only to find a class in it: what the program does
 * there would otherwise happen once more in every worker, without end. The pool of a task sleeps until it is used.
 */
export class DormantGuard {
  // Outside of hosts nothing is ever start-up code.
  readonly #isHosted: boolean = realm().isHost;
  readonly #wake: () => void;
  #isAwake = false;
  /** False where nothing is asked any more: the question costs nothing there. */
  #isAsked = true;

  /** @param wake Starts the pool; called at once, or at its first use outside of start-up code. */
  constructor(startsLate: boolean, wake: () => void) {
    this.#wake = wake;
    if (!startsLate && !(this.#isHosted && realm().isLoading())) this.#rouse();
  }

  /**
   * True when the pool must not do what it is asked for: it is asked by start-up code.
   *
   * @param wakes False for what a pool that nobody has used can do without its workers.
   */
  sleeps(wakes: boolean): boolean {
    if (!this.#isAsked) return false;
    if (this.#isHosted && realm().isLoading()) {
      realm().signalInert();
      return true;
    }
    if (wakes && !this.#isAwake) this.#rouse();
    return false;
  }

  #rouse(): void {
    this.#isAwake = true;
    this.#isAsked = this.#isHosted;
    this.#wake();
  }
}

/** The future of a call that is never made. */
export function dormantFuture(): Future<unknown> {
  const owner: FutureOwner = {
    status: "queued",
    workerIndex: undefined,
    observed: true,
    future: undefined,
    cancel: () => false,
    resolve: () => {},
    reject: () => {},
  };
  return createFuture(owner);
}

/** A stream whose items never come. */
export function dormantStream(): StreamOwner {
  return {
    status: "queued",
    workerIndex: undefined,
    cancel: () => false,
    next: dormantPromise,
    leave: async () => {},
  };
}

/** A promise that never settles, and keeps nothing alive. */
export function dormantPromise<T>(): Promise<T> {
  return new Promise<T>(() => {});
}
