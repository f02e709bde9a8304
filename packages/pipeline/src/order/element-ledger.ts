import type { Item, Mark } from "../elements/element.ts";
import { compareIndexes, type ElementIndex } from "../elements/element-index.ts";

/**
 * An element that an `ordered` waits for, or several that were made of it. Entries form a tree in index order; one that
 * has no entries below it and will get no more leaves it.
 */
export class LedgerEntry implements Mark {
  readonly lane: Lane;
  readonly index: ElementIndex;
  also: Mark | undefined;
  /** The element, once it has arrived at its `ordered`. */
  item: Item | undefined;
  /** Lanes that bring what it waits for, while it lies in a batch. */
  awaited: ReadonlySet<object> | undefined;
  readonly #parent: LedgerEntry | undefined;
  #before: LedgerEntry | undefined;
  #after: LedgerEntry | undefined;
  #first: LedgerEntry | undefined;
  #last: LedgerEntry | undefined;
  #isParent = false;

  constructor(lane: Lane, index: ElementIndex, parent: LedgerEntry | undefined) {
    this.lane = lane;
    this.index = index;
    this.#parent = parent;
  }

  /** The first open entry at or below this one. */
  get firstOpen(): LedgerEntry {
    let entry: LedgerEntry = this;
    while (entry.#first !== undefined) entry = entry.#first;
    return entry;
  }

  child(position: number): LedgerEntry {
    return this.append([...this.index, position]);
  }

  endChildren(): void {
    this.#isParent = false;
    if (this.#first === undefined) this.close();
  }

  awaitMore(ways: ReadonlySet<object> | undefined): void {
    this.awaited = ways;
    if (ways !== undefined) this.lane.ledger.onChange();
  }

  /** Enters an element after all that are below this one. */
  append(index: ElementIndex): LedgerEntry {
    const entry = new LedgerEntry(this.lane, index, this);
    this.#isParent = true;
    entry.#before = this.#last;
    if (this.#last === undefined) this.#first = entry;
    else this.#last.#after = entry;
    this.#last = entry;
    return entry;
  }

  close(): void {
    if (this.#first !== undefined) {
      // What was made of it goes on.
      this.#isParent = false;
      return;
    }
    const parent = this.#parent;
    if (parent === undefined) return;
    if (this.#before === undefined) parent.#first = this.#after;
    else this.#before.#after = this.#after;
    if (this.#after === undefined) parent.#last = this.#before;
    else this.#after.#before = this.#before;
    if (parent.#parent === undefined) this.lane.closed();
    else if (parent.#first === undefined && !parent.#isParent) parent.close();
    else this.lane.ledger.onChange();
  }
}

/** All ways from one source to one `ordered` that give its elements the same index there. */
export class Lane {
  readonly ledger: ElementLedger;
  /** What the ways put in front of an index. */
  readonly prefix: ElementIndex;
  /** Number of its source: the first of two equal indexes has the lower one. */
  readonly origin: number;
  readonly #window: number;
  /** No element that this source is still to give comes before this one; a number stands for an index of that alone. */
  frontier: ElementIndex | number = 0;
  /** Calls back when another element of the source may be let in. */
  onRoom: (() => void) | undefined;
  /** Calls back when its `ordered` waits for elements no more. */
  onLeft: (() => void) | undefined;
  #open = 0;
  #hasEnded = false;
  readonly #root: LedgerEntry;

  constructor(ledger: ElementLedger, prefix: ElementIndex, origin: number, window: number) {
    this.ledger = ledger;
    this.prefix = prefix;
    this.origin = origin;
    this.#window = window;
    this.#root = new LedgerEntry(this, [], undefined);
  }

  /** Whether as many elements of the source are open as the window allows. */
  get isFull(): boolean {
    return this.#open >= this.#window;
  }

  /** Whether the source may give another: there is room, or what comes first waits for more in a batch. */
  get isOpen(): boolean {
    return !this.isFull || this.ledger.first?.awaited?.has(this) === true;
  }

  enter(index: ElementIndex): LedgerEntry {
    this.#open++;
    return this.#root.append(index);
  }

  /** No more elements come from the source. */
  end(): void {
    this.#hasEnded = true;
    this.ledger.onChange();
  }

  /** An element of the source has left the ledger. */
  closed(): void {
    this.#open--;
    this.onRoom?.();
    this.ledger.onChange();
  }

  /** The first open entry; undefined when there is none. */
  get first(): LedgerEntry | undefined {
    return this.#open === 0 ? undefined : this.#root.firstOpen;
  }

  /** No element to come has an index before this one; undefined when none will come. */
  get next(): ElementIndex | undefined {
    const next = this.first?.index ?? (this.#hasEnded ? undefined : this.frontier);
    const index = typeof next === "number" ? [next] : next;
    return index === undefined || this.prefix.length === 0 ? index : [...this.prefix, ...index];
  }
}

/** Whether `index` of one lane comes before that of another. */
function isBefore(lane: Lane, index: ElementIndex, other: Lane, otherIndex: ElementIndex): boolean {
  return (compareIndexes(index, otherIndex) || lane.origin - other.origin) < 0;
}

/** The open elements between an `ordered` and the sources before it. */
export class ElementLedger {
  readonly #lanes: Lane[] = [];
  /** Calls back whenever another element may be the first. */
  onChange: () => void = () => {};

  /** @param window Elements of the source that may be open. */
  addLane(prefix: ElementIndex, origin: number, window: number): Lane {
    const lane = new Lane(this, prefix, origin, window);
    this.#lanes.push(lane);
    return lane;
  }

  /** Wakes the sources that are held off, of these lanes. */
  letIn(lanes: ReadonlySet<object>): void {
    for (const lane of this.#lanes) if (lane.isFull && lanes.has(lane)) lane.onRoom?.();
  }

  /** Its `ordered` waits for nothing any more: sources enter no more elements. */
  leave(): void {
    for (const lane of this.#lanes) lane.onLeft?.();
  }

  /** The open entry that comes first, if no element to come may be before it. */
  get first(): LedgerEntry | undefined {
    if (this.#lanes.length === 1) return this.#lanes[0]?.first;
    let best: Lane | undefined;
    let least: ElementIndex = [];
    for (const lane of this.#lanes) {
      const { next } = lane;
      if (next === undefined || (best !== undefined && !isBefore(lane, next, best, least))) continue;
      best = lane;
      least = next;
    }
    return best?.first;
  }
}
