import { types } from "node:util";
import { aString, finiteNumber, wrongType } from "../util/check.ts";
import { isObject } from "../util/is-object.ts";
import { show } from "../util/show.ts";
import { barOptions, type ProgressBarOptions } from "./bar-options.ts";
import { type BarEnd, type BarState, endBar, type Row } from "./bar-state.ts";
import { countedItems, countedItemsInTime } from "./counted-items.ts";
import { openRow } from "./open-row.ts";

type Source<T> = Iterable<T> | AsyncIterable<T>;

/**
 * Shows on standard error how far some work is: on a terminal as a moving bar with rate and time left, elsewhere as a line
 * now and then. Several bars at once have one line each. One that is made inside a worker, of whatever mode, is shown by the
 * program that made the pool; it is stopped when its thread or process ends.
 *
 * Either a loop goes over it, with `for … of` or `for await … of`: then it counts the items and ends with the loop. Or it is
 * moved by `update()`, and ended by `success()`, `failure()` or `stop()`; `using` stops it, too. A bar doesn't keep the
 * program alive, and what is called after its end does nothing.
 *
 * @throws {TypeError} When an option is of the wrong type or unknown.
 * @throws {RangeError} When an option is out of range.
 * @example
 * for (const text of new ProgressBar(["a", "b"], { description: "Embedding" })) await pool.embed(text);
 *
 * const bar = new ProgressBar({ total: 300, unit: "files" });
 * bar.update(100);
 * bar.success("all there");
 */
export class ProgressBar<T = never> {
  readonly #source: Source<T> | undefined;
  readonly #options: ReturnType<typeof barOptions>;
  #state: BarState;
  #row: Row | undefined;

  constructor(options?: ProgressBarOptions);
  constructor(iterable: Source<T> | undefined, options?: ProgressBarOptions);
  constructor(first?: Source<T> | ProgressBarOptions, second?: ProgressBarOptions) {
    this.#source = isSource<T>(first) ? first : undefined;
    if (this.#source === undefined && second !== undefined && first !== undefined) {
      throw wrongType("ProgressBar's first argument", "an iterable", first);
    }
    const options = second ?? ((this.#source === undefined && first) || {});
    this.#options = barOptions(options as ProgressBarOptions, sizeOf(this.#source));
    this.#state = this.#newState();
    // One for a loop is shown from the loop's beginning on.
    if (this.#source === undefined) this.#row = openRow(this.#state);
  }

  /**
   * Counts items.
   *
   * @param n How many more. Any finite number. Default 1.
   * @throws {TypeError} When `n` is no number.
   * @throws {RangeError} When `n` is not finite.
   */
  update(n = 1): void {
    const more = finiteNumber("update()'s number", n);
    if (this.#state.end !== null) return;
    this.#state.count += more;
    this.#row?.touch();
  }

  /**
   * Sets how many items there will be.
   *
   * @throws {TypeError} When it is no number; a `RangeError` when it is negative or not finite.
   */
  setTotal(total: number): void {
    const checked = finiteNumber("total", total, 0);
    if (this.#state.end !== null) return;
    this.#state.total = checked;
    this.#row?.touch();
  }

  /**
   * Sets what is going on.
   *
   * @throws {TypeError} When it is no string.
   */
  setDescription(description: string): void {
    const checked = aString("description", description);
    if (this.#state.end !== null) return;
    this.#state.description = checked;
    this.#row?.touch();
  }

  /** Ends it well: green on a terminal. @param message Stands at the end of its line. */
  success(message = ""): void {
    this.#end("succeeded", message);
  }

  /** Ends it as failed: red on a terminal. @param reason An error, or a message for the end of its line. */
  failure(reason: unknown = ""): void {
    this.#end("failed", messageOf(reason));
  }

  /** Ends it before its time: yellow on a terminal. */
  stop(): void {
    this.#end("stopped", "");
  }

  /** As `stop()`. */
  [Symbol.dispose](): void {
    this.stop();
  }

  /**
   * Goes over the items, and counts each when the next one is asked for. At their end the bar succeeds, an error of the
   * iterable is its failure; when the loop is left, it stops. A second loop begins anew.
   *
   * @throws {TypeError} When it was not given an iterable.
   */
  [Symbol.iterator](): Generator<T, undefined, undefined> {
    const source = this.#source;
    if (source === undefined || !(Symbol.iterator in Object(source))) throw noIterable("for … of", source);
    return countedItems(() => this.#begin(), source as Iterable<T>);
  }

  /**
   * The same with `for await`: over an async iterable, or over another one. Promises among the items are awaited.
   *
   * @throws {TypeError} When it was not given an iterable.
   */
  [Symbol.asyncIterator](): AsyncGenerator<Awaited<T>, undefined, undefined> {
    const source = this.#source;
    if (source === undefined) throw noIterable("for await … of", source);
    return countedItemsInTime(() => this.#begin(), source);
  }

  #begin(): this {
    if (this.#row === undefined || this.#state.end !== null) {
      this.#state = this.#newState();
      this.#row = openRow(this.#state);
    }
    return this;
  }

  #end(how: BarEnd, message: string): void {
    // One whose loop hasn't begun has nowhere to be ended.
    if (this.#row !== undefined) endBar(this.#state, this.#row, how, message);
  }

  #newState(): BarState {
    return { ...this.#options, count: 0, startedAt: Date.now(), end: null };
  }
}

function isSource<T>(value: unknown): value is Source<T> {
  if (typeof value === "string") return true;
  return isObject(value) && (Symbol.iterator in value || Symbol.asyncIterator in value);
}

/** How many items an iterable has, where it says so. */
function sizeOf(source: unknown): number | undefined {
  const { length, size } = (source ?? {}) as { readonly length?: unknown; readonly size?: unknown };
  return [length, size].find(
    (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0,
  );
}

function noIterable(loop: string, source: unknown): TypeError {
  return new TypeError(`${loop} needs a ProgressBar of what it can go over, got one of ${show(source)}`);
}

function messageOf(reason: unknown): string {
  try {
    return types.isNativeError(reason) ? reason.message || reason.name : String(reason);
  } catch {
    return ""; // an object that can't be shown
  }
}
