import type { Item } from "../elements/element.ts";
import type { ElementLedger, LedgerEntry } from "./element-ledger.ts";

/** Holds elements until all that come before them have left. */
export class ReorderBuffer {
  readonly #ledger: ElementLedger;
  #held = 0;
  #awaited: ReadonlySet<object> | undefined;

  constructor(ledger: ElementLedger) {
    this.#ledger = ledger;
  }

  /** Elements that wait for others. */
  get held(): number {
    return this.#held;
  }

  add(item: Item): void {
    // Marks of other ledgers lie behind this one's ordered: an element that comes here has but this one.
    (item.mark as LedgerEntry).item = item;
    this.#held++;
  }

  leave(): void {
    this.#ledger.leave();
  }

  /** The element that is first, if it is here. */
  take(): Item | undefined {
    const entry = this.#ledger.first;
    const item = entry?.item;
    this.#awaited = entry?.awaited;
    if (entry === undefined || item === undefined) return undefined;
    this.#held--;
    item.mark = undefined;
    entry.close();
    return item;
  }

  /** Lets in what the first element waits for, if it lies in a batch. */
  letIn(): void {
    if (this.#awaited !== undefined) this.#ledger.letIn(this.#awaited);
  }
}
