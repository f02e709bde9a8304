import type { Item } from "../elements/element.ts";
import type { Attempts } from "./apply-error-policy.ts";

/** An element that will be tried again. */
export interface Retry {
  readonly item: Item;
  readonly attempts: Attempts;
}

/** Elements that wait for their next attempt; they hold no worker meanwhile. */
export class RetryWaits {
  readonly #onDue: () => void;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #due: Retry[] = [];

  constructor(onDue: () => void) {
    this.#onDue = onDue;
  }

  /** Elements that wait, or could be tried now. */
  get size(): number {
    return this.#timers.size + this.#due.length;
  }

  /** Whether one could be tried now. */
  get hasDue(): boolean {
    return this.#due.length > 0;
  }

  add(retry: Retry, waitMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#due.push(retry);
      this.#onDue();
    }, waitMs);
    this.#timers.add(timer);
  }

  /** One that can be tried now. */
  take(): Retry | undefined {
    return this.#due.shift();
  }

  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#due.length = 0;
  }
}
