import { type Deferred, deferred } from "../util/deferred.ts";

/** People who wait for one thing to come true. */
export class Waiters {
  #waiting: Deferred[] = [];

  wait(): Promise<void> {
    const waiter = deferred();
    this.#waiting.push(waiter);
    return waiter.promise;
  }

  /** It has come true. */
  resolve(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const waiter of waiting) waiter.resolve();
  }

  /** It never will. */
  reject(error: unknown): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const waiter of waiting) waiter.reject(error);
  }
}
