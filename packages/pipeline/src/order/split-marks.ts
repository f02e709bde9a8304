import { Item, type Mark } from "../elements/element.ts";
import type { Copier } from "../queues/output-queues.ts";
import type { Lane, LedgerEntry } from "./element-ledger.ts";

/**
 * Copies an element for several consumers. Each copy is waited for by the `ordered`s that lie ahead of its consumer; the
 * copies come in the order of the consumers.
 *
 * @param lanes Those that lead through each consumer.
 */
export function itemCopier(lanes: readonly ReadonlySet<Lane>[]): Copier<Item> {
  return (item) => {
    const copies = lanes.map(() => new Item(item.value, item.index, item.origin, undefined));
    let next: Mark | undefined;
    for (let mark = item.mark; mark !== undefined; mark = next) {
      next = mark.also;
      splitMark(mark as LedgerEntry, copies, lanes);
    }
    return copies;
  };
}

function splitMark(entry: LedgerEntry, copies: readonly Item[], lanes: readonly ReadonlySet<Lane>[]): void {
  const takers = copies.filter((_, at) => lanes[at]?.has(entry.lane));
  if (takers.length === 1) give(takers[0] as Item, entry);
  else {
    const marks = takers.map(() => entry.append(entry.index));
    entry.endChildren();
    for (const [at, mark] of marks.entries()) give(takers[at] as Item, mark);
  }
}

function give(item: Item, mark: Mark): void {
  mark.also = item.mark;
  item.mark = mark;
}
