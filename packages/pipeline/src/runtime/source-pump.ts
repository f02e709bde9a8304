import { within } from "concurry/internal";
import { type Element, Item } from "../elements/element.ts";
import type { ElementIndex } from "../elements/element-index.ts";
import { type OpenSource, openSource } from "../graph/source-kind.ts";
import type { SourceGate } from "../order/source-gate.ts";
import type { IterableQueue } from "../queues/iterable-queue.ts";
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
  /** What a `through` takes from: left with it, so that an iterator that waits for an element comes to its end. */
  readonly input?: IterableQueue<Item> | undefined;
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
  /** Settles when the source that was left has ended. */
  #closing: Promise<void> | undefined;
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

  /** Ends the source as a loop that is left does; from now on nothing is heard of it but how that went. */
  kill(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    // First: what its iterator waits for is to come to its end.
    this.#facts.input?.kill();
    if (this.#open === undefined) return;
    this.#closing = leave(this.#open);
    // At a stop only what comes in time can be told: see `close`.
    this.#closing.catch((error) => this.#plane.isStopped || this.#fail(error, true));
  }

  /** Ends the source at a stop, and waits for it no longer than this. */
  async close(limitMs: number): Promise<void> {
    this.kill();
    try {
      if (this.#closing !== undefined && (await within(limitMs, this.#closing))) await this.#closing;
    } catch (error) {
      this.#fail(error, true);
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
    if (this.#isDone) return;
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
    // A source that is left while it is read may say so by an error. A promise that is an element says nothing of the source.
    if (!this.#isDone) this.#fail(error, this.#open?.isAsync ?? true);
  };

  #accept(result: IteratorResult<unknown>): Item | undefined {
    if (result.done) {
      this.#isDone = true;
      this.#facts.input?.kill();
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

async function leave({ destroy, iterator }: OpenSource): Promise<void> {
  await (destroy === undefined ? iterator.return?.() : destroy());
}

function checkIndex(index: unknown): ElementIndex {
  if (Array.isArray(index) && index.every((number) => typeof number === "number")) return index;
  throw new TypeError("A source with indexed: true must yield { index: number[], value }");
}
