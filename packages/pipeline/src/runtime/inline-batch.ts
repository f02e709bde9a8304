import type { Item } from "../elements/element.ts";
import { closeItem } from "../elements/marks.ts";
import type { InlineStep } from "./inline-step.ts";

/** Puts so many elements in one array, or those that have come in so much time. */
export class InlineBatch implements InlineStep {
  readonly #size: number;
  readonly #maxWaitMs: number;
  readonly #onDue: () => void;
  #values: unknown[] = [];
  #first: Item | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;

  /** @param onDue Calls back when a batch has waited long enough. */
  constructor(size: number, maxWaitMs: number, onDue: () => void) {
    this.#size = size;
    this.#maxWaitMs = maxWaitMs;
    this.#onDue = onDue;
  }

  get held(): number {
    return this.#values.length;
  }

  get isDue(): boolean {
    return this.#isDue;
  }

  take(item: Item): Item | undefined {
    this.#values.push(item.value);
    if (this.#first === undefined) {
      this.#first = item;
      this.#startTimer();
    } else closeItem(item);
    return this.#values.length < this.#size ? undefined : this.flush();
  }

  flush(): Item | undefined {
    const first = this.#first;
    clearTimeout(this.#timer);
    this.#isDue = false;
    if (first === undefined) return undefined;
    first.value = this.#values;
    this.#values = [];
    this.#first = undefined;
    return first;
  }

  close(): undefined {
    clearTimeout(this.#timer);
  }

  #startTimer(): void {
    if (this.#maxWaitMs === Number.POSITIVE_INFINITY || this.#size === 1) return;
    this.#timer = setTimeout(() => {
      this.#isDue = true;
      this.#onDue();
    }, this.#maxWaitMs);
  }
}
