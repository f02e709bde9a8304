import { hasThen } from "../protocol/thenable.ts";
import { wrongType } from "../util/check.ts";
import { isObject } from "../util/is-object.ts";

type Listener = (settling: Settling) => void;

/**
 * What is known of a promise, for all who wait for it.
 *
 * A promise never lets go of a handler. So it gets a single one, however often it is waited for: those who wait can leave
 * this list.
 */
export class Settling {
  status: "pending" | "fulfilled" | "rejected" = "pending";
  readonly #listeners = new Set<Listener>();

  /** Calls back once it is settled; never at once. A listener that is there already isn't added again. */
  listen(listener: Listener): void {
    this.#listeners.add(listener);
  }

  forget(listener: Listener): void {
    this.#listeners.delete(listener);
  }

  /** True while somebody waits for it. */
  get isAwaited(): boolean {
    return this.#listeners.size > 0;
  }

  settle(status: "fulfilled" | "rejected"): void {
    this.status = status;
    for (const listener of this.#listeners) listener(this);
    this.#listeners.clear();
  }
}

const known = new WeakMap<object, Settling>();

/** What is known of a promise. A failure then counts as looked at, and as handled. */
export function settlingOf(promise: PromiseLike<unknown>): Settling {
  const found = known.get(promise);
  if (found !== undefined) return found;
  const settling = new Settling();
  known.set(promise, settling);
  Promise.resolve(promise).then(
    () => settling.settle("fulfilled"),
    () => settling.settle("rejected"),
  );
  return settling;
}

/** The promises of an iterable. @throws {TypeError} When it is none, or has something else in it. */
export function promisesOf<F>(owner: string, futures: Iterable<F>): readonly F[] {
  if (!isIterable(futures)) throw wrongType(`${owner}'s futures`, "an iterable of promises", futures);
  const list = [...futures];
  list.forEach((item, index) => {
    if (!isObject(item) || !hasThen(item)) throw wrongType(`${owner}'s futures[${index}]`, "a promise", item);
  });
  return list;
}

export function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "string" || (isObject(value) && Symbol.iterator in value);
}
