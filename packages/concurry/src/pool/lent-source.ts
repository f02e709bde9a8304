import type { PackedItems } from "../control/controls.ts";
import { loanIsOver } from "../control/loan-over.ts";
import type { Packed } from "../protocol/packed.ts";
import { type Deferred, deferred } from "../util/deferred.ts";
import { type AnyIterable, type AnyIterator, iteratorOf } from "../util/iterator-of.ts";

/** So many items are read ahead of the worker's asking; it may have as many in its hands. */
const AHEAD = 8;

/** How items and errors are made fit for the lane. */
export interface Packing {
  /** @throws {SerializationError} When it can't be sent. */
  item(value: unknown): Packed;
  thrown(thrown: unknown): Packed;
}

type Lent = AnyIterable & { destroy?: unknown };

/** An iterable that was lent to a worker: reads it as the worker asks, and closes it once when nobody asks any more. */
export class LentSource {
  readonly #source: Lent;
  readonly #packing: Packing;
  readonly #items: Packed[] = [];
  #iterator: AnyIterator | undefined;
  #end: PackedItems["end"];
  #isReading = false;
  /** The worker waits for the next item. */
  #asked: Deferred<PackedItems> | undefined;

  constructor(source: object, packing: Packing) {
    this.#source = source;
    this.#packing = packing;
  }

  pull(): Promise<PackedItems> {
    const asked = deferred<PackedItems>();
    this.#asked = asked;
    this.#answer();
    if (!this.#isReading && this.#end === undefined) void this.#read();
    return asked.promise;
  }

  /** Nobody will ask any more: tells the iterable so, unless it has never begun or has ended by itself. */
  close(): void {
    if (this.#end !== undefined) return;
    this.#items.length = 0;
    this.#finish({ thrown: this.#packing.thrown(loanIsOver()) });
    this.#return();
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    try {
      this.#iterator ??= iteratorOf(this.#source);
      while (this.#end === undefined && this.#items.length < AHEAD) await this.#readNext(this.#iterator);
    } catch (error) {
      this.#finish({ thrown: this.#packing.thrown(error) });
    }
    this.#isReading = false;
  }

  async #readNext(iterator: AnyIterator): Promise<void> {
    const { done, value } = await iterator.next();
    if (this.#end !== undefined) return;
    if (done === true) {
      this.#finish({});
      return;
    }
    try {
      // An iterator that isn't asynchronous may give promises.
      this.#items.push(this.#packing.item(await value));
      this.#answer();
    } catch (error) {
      this.#return();
      throw error;
    }
  }

  #finish(end: NonNullable<PackedItems["end"]>): void {
    this.#end ??= end;
    this.#answer();
  }

  #answer(): void {
    if (this.#asked === undefined || (this.#items.length === 0 && this.#end === undefined)) return;
    const items = this.#items.splice(0);
    this.#asked.resolve(this.#end === undefined ? { items } : { items, end: this.#end });
    this.#asked = undefined;
  }

  /** Nobody waits for the end of it, which may be long in coming. */
  #return(): void {
    if (this.#iterator === undefined) return;
    try {
      // A stream of Node's that is being read would first wait for more.
      if (this.#isReading && typeof this.#source.destroy === "function") this.#source.destroy();
      Promise.resolve(this.#iterator.return?.()).catch(() => {});
    } catch {
      // Whoever gave it sees what its own code does; the call is over, or has an error of its own.
    }
  }
}
