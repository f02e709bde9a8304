import type { Item } from "../elements/element.ts";
import type { ElementLedger, LedgerEntry } from "./element-ledger.ts";

/** Holds elements until all that come before them have left. */
export class ReorderBuffer {
  readonly #ledger: ElementLedger;
  #held = 0;

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
    if (entry === undefined || item === undefined) return undefined;
    this.#held--;
    item.mark = undefined;
    entry.close();
    return item;
  }
}
