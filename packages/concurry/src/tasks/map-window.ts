import type { Future } from "../future/future.ts";
import { isThenable } from "../protocol/thenable.ts";
import { type Deferred, deferred } from "../util/deferred.ts";
import type { MapPlan } from "./map.ts";
import type { Source } from "./source.ts";

/** One item on its way. */
interface Entry {
  future: Future<unknown>;
  state: "open" | "fulfilled" | "rejected";
  value: unknown;
}

const RUN_DOWN = 1024;

/**
 * The items of a `map` between the source and the loop. So many calls are open at once; with the order kept, as many
 * results may wait for an earlier one. The source is asked for no more than there is room for.
 */
export class MapWindow {
  readonly #plan: MapPlan;
  readonly #source: Source;
  /** In order: those that were not yielded; else those that are done. The first `#head` are gone. */
  readonly #line: (Entry | undefined)[] = [];
  readonly #open = new Set<Entry>();
  #head = 0;
  #isPulling = false;
  /** Nothing more is to be taken from the source. */
  #isExhausted = false;
  /** The source has said itself that it is at its end, or has failed. */
  #isSourceOver = false;
  #isClosed = false;
  /** What ends the loop ahead of all results, where the source itself failed behind those before it. */
  #failure: { readonly error: unknown } | undefined;
  #isAborted = false;
  #waiting: Deferred | undefined;

  constructor(plan: MapPlan, source: Source) {
    this.#plan = plan;
    this.#source = source;
  }

  /** The next result; undefined after the last one. @throws What the function, the source or the pool failed with. */
  async next(): Promise<{ readonly value: unknown } | undefined> {
    this.#fill();
    while (!this.#isSettled()) {
      this.#waiting = deferred();
      await this.#waiting.promise;
    }
    if (this.#isAborted) throw this.#failure?.error;
    const entry = this.#shift();
    if (entry === undefined) {
      if (this.#failure !== undefined) throw this.#failure.error;
      return undefined;
    }
    if (entry.state === "rejected") throw entry.value;
    this.#fill();
    return entry;
  }

  /** Nobody wants the rest: the calls are cancelled, those that run as well. */
  abort(error: Error): void {
    this.#isAborted = true;
    this.#failure = { error };
    this.#isExhausted = true;
    for (const { future } of this.#open) future.cancel(error.cause);
    this.#wake();
  }

  /** The loop was left: what waits never runs, and the source hears of it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#isExhausted = true;
    for (const { future } of this.#open)
      if (future.status === "queued") future.cancel("The loop over map() was left.");
    if (this.#isSourceOver) return;
    const closed = this.#source.close();
    // A source that was asked for an item answers that first, which may take for ever; a signal waits for nobody.
    if (this.#isPulling || this.#isAborted) closed.catch(() => {});
    else await closed;
  }

  /** Whether the next result, or the end, is there. */
  #isSettled(): boolean {
    if (this.#isAborted) return true;
    const entry = this.#line[this.#head];
    if (entry !== undefined) return entry.state !== "open";
    return this.#isExhausted && this.#open.size === 0 && !this.#isPulling;
  }

  #shift(): Entry | undefined {
    const entry = this.#line[this.#head];
    if (entry === undefined) return undefined;
    this.#line[this.#head] = undefined;
    this.#head += 1;
    if (this.#head >= RUN_DOWN && this.#head * 2 >= this.#line.length) {
      this.#line.splice(0, this.#head);
      this.#head = 0;
    }
    return entry;
  }

  get #hasRoom(): boolean {
    const { concurrency, ordered } = this.#plan;
    const held = this.#line.length - this.#head + (ordered ? 0 : this.#open.size);
    return this.#open.size < concurrency && held < 2 * concurrency;
  }

  /** Takes items as long as there is room, and the source has them at once. */
  #fill(): void {
    while (!this.#isExhausted && !this.#isPulling && this.#hasRoom) {
      try {
        const result = this.#pull();
        if (isThenable(result)) this.#fillLater(result as Promise<IteratorResult<unknown>>);
        else this.#take(result as IteratorResult<unknown>);
      } catch (error) {
        this.#fail(error);
      }
    }
  }

  #pull(): IteratorResult<unknown> | Promise<IteratorResult<unknown>> {
    try {
      return this.#source.next();
    } catch (error) {
      this.#isSourceOver = true;
      throw error;
    }
  }

  #fillLater(pulled: Promise<IteratorResult<unknown>>): void {
    this.#isPulling = true;
    const goOn = (): void => {
      this.#isPulling = false;
      this.#fill();
      this.#wake();
    };
    pulled
      .catch((error: unknown) => {
        this.#isSourceOver = true;
        throw error;
      })
      .then((result) => this.#take(result))
      .catch((error: unknown) => this.#fail(error))
      .finally(goOn);
  }

  #take(result: IteratorResult<unknown>): void {
    if (this.#isClosed) return;
    if (result.done !== true) {
      this.#start(result.value);
      return;
    }
    this.#isExhausted = true;
    this.#isSourceOver = true;
  }

  /** The source, or what makes the calls, has failed: the results before it still come. */
  #fail(error: unknown): void {
    if (this.#isClosed) return;
    this.#failure ??= { error };
    this.#isExhausted = true;
  }

  #start(item: unknown): void {
    const entry: Entry = { future: this.#plan.call(item), state: "open", value: undefined };
    this.#open.add(entry);
    const { ordered } = this.#plan;
    if (ordered) this.#line.push(entry);
    const settle = (state: "fulfilled" | "rejected", value: unknown): void => {
      this.#open.delete(entry);
      entry.state = state;
      entry.value = value;
      if (this.#isClosed) return;
      if (!ordered) this.#line.push(entry);
      this.#fill();
      this.#wake();
    };
    entry.future.then(
      (value) => settle("fulfilled", value),
      (error: unknown) => settle("rejected", error),
    );
  }

  #wake(): void {
    if (!this.#isSettled()) return;
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}
