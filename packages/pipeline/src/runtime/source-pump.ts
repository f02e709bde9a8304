import { within } from "concurry/internal";
import { type Element, Item } from "../elements/element.ts";
import type { ElementIndex } from "../elements/element-index.ts";
import { type OpenSource, openSource } from "../graph/source-kind.ts";
import type { SourceGate } from "../order/source-gate.ts";
import type { Inlet, Plane } from "./run-node.ts";
import { isThenable } from "./thenable.ts";

/** How a source is read. */
export interface SourceFacts {
  readonly source: unknown;
  readonly isIndexed: boolean;
  /** Number of the source among those of the run. */
  readonly origin: number;
  /** In errors, as `"source"`. */
  readonly name: string;
}

/** Reads a source, element by element, as they are asked for. */
export class SourcePump implements Inlet {
  /** Calls back when there is an element or the end to fetch. */
  onReady: () => void = () => {};
  /** Lets elements in, where an `ordered` lies ahead. */
  gate: SourceGate | undefined;
  readonly #plane: Plane;
  readonly #facts: SourceFacts;
  #open: OpenSource | undefined;
  #ready: Item | undefined;
  #isPulling = false;
  #isDone = false;
  #pulled = 0;

  constructor(plane: Plane, facts: SourceFacts) {
    this.#plane = plane;
    this.#facts = facts;
  }

  /** Elements that were taken from the source. */
  get pulled(): number {
    return this.#pulled;
  }

  isDone(): boolean {
    return this.#isDone && this.#ready === undefined;
  }

  poll(): Item | undefined {
    const ready = this.#ready;
    if (ready !== undefined) {
      this.#ready = undefined;
      return ready;
    }
    if (this.#isPulling || this.#isDone || !this.#plane.isPulling) return undefined;
    if (this.gate !== undefined && !this.gate.isOpen) return undefined;
    return this.#pull();
  }

  /** Ends the source as a loop that is left does, and waits for it no longer than this. */
  async close(limitMs: number): Promise<void> {
    const open = this.#open;
    if (open === undefined || this.#isDone) return;
    this.#isDone = true;
    try {
      const closing: unknown = open.destroy === undefined ? open.iterator.return?.() : open.destroy();
      if (!isThenable(closing)) return;
      const closed = Promise.resolve(closing);
      // Only what comes in time can be told.
      closed.catch(() => {});
      if (await within(limitMs, closed)) await closed;
    } catch (error) {
      this.#plane.raise(error, { stage: this.#facts.name });
    }
  }

  #pull(): Item | undefined {
    let result: unknown;
    try {
      this.#open ??= openSource(this.#facts.source);
      result = this.#open.iterator.next();
    } catch (error) {
      this.#fail(error, true);
      return undefined;
    }
    if (!this.#open.isAsync) return this.#take(result, false);
    this.#await(result, this.#onResult);
    return undefined;
  }

  #await(promise: unknown, onValue: (value: unknown) => void): void {
    this.#isPulling = true;
    // A promise of another kind may do anything in `then`, and a plain result has none.
    (promise instanceof Promise ? promise : Promise.resolve(promise)).then(onValue, this.#onError);
  }

  readonly #onResult = (result: unknown): void => this.#goOn(result, false);

  readonly #onValue = (value: unknown): void => this.#goOn(value, true);

  #goOn(given: unknown, isValue: boolean): void {
    this.#isPulling = false;
    if (this.#plane.isStopped) return;
    this.#ready = this.#take(given, isValue);
    if (!this.#isPulling) this.onReady();
  }

  /** Takes a result of the iterator, or the promised value of one; what is neither fails the run. */
  #take(given: unknown, isValue: boolean): Item | undefined {
    try {
      return isValue ? this.#enter(given) : this.#accept(given as IteratorResult<unknown>);
    } catch (error) {
      this.#fail(error, false);
      return undefined;
    }
  }

  readonly #onError = (error: unknown): void => {
    this.#isPulling = false;
    // A promise that is an element says nothing of the source.
    this.#fail(error, this.#open?.isAsync ?? true);
  };

  #accept(result: IteratorResult<unknown>): Item | undefined {
    if (result.done) {
      this.#isDone = true;
      this.gate?.end();
      return undefined;
    }
    if (!isThenable(result.value)) return this.#enter(result.value);
    this.#await(result.value, this.#onValue);
    return undefined;
  }

  #enter(value: unknown): Item {
    const { isIndexed, origin } = this.#facts;
    const number = this.#pulled++;
    if (isIndexed) {
      const { index, value: own } = value as Element<unknown>;
      return new Item(own, checkIndex(index), origin, undefined);
    }
    const item = new Item(value, [number], origin, undefined);
    this.gate?.enter(item, number + 1);
    return item;
  }

  /** @param isOver Whether the source itself has failed; else it is closed as a loop that is left does. */
  #fail(error: unknown, isOver: boolean): void {
    this.#isDone ||= isOver;
    this.#plane.raise(error, { stage: this.#facts.name });
  }
}

function checkIndex(index: unknown): ElementIndex {
  if (Array.isArray(index) && index.every((number) => typeof number === "number")) return index;
  throw new TypeError("A source with indexed: true must yield { index: number[], value }");
}
