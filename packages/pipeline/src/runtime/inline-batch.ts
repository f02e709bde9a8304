import type { Item } from "../elements/element.ts";
import { awaitMore, closeItem } from "../elements/marks.ts";
import type { InlineStep } from "./inline-step.ts";

/** Puts so many elements in one array, or those that have come in so much time. */
export class InlineBatch implements InlineStep {
  readonly #size: number;
  readonly #maxWaitMs: number;
  readonly #ways: ReadonlySet<object>;
  readonly #onDue: () => void;
  #values: unknown[] = [];
  #first: Item | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;

  /**
   * @param ways What an `ordered` has to let in for a batch to be filled.
   * @param onDue Calls back when a batch has waited long enough.
   */
  constructor(size: number, maxWaitMs: number, ways: ReadonlySet<object>, onDue: () => void) {
    this.#size = size;
    this.#maxWaitMs = maxWaitMs;
    this.#ways = ways;
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
    const isFirst = this.#first === undefined;
    if (isFirst) {
      this.#first = item;
      this.#startTimer();
    } else closeItem(item);
    if (this.#values.length >= this.#size) return this.flush();
    if (isFirst) awaitMore(item, this.#ways);
    return undefined;
  }

  flush(): Item | undefined {
    const first = this.#first;
    clearTimeout(this.#timer);
    this.#isDue = false;
    if (first === undefined) return undefined;
    awaitMore(first, undefined);
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
