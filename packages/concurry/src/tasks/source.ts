import { type AnyIterable, iteratorOf } from "../util/iterator-of.ts";
import { show } from "../util/show.ts";

/** Items one by one. */
export interface Source {
  /** At once where the source is not an async one. */
  next(): IteratorResult<unknown> | Promise<IteratorResult<unknown>>;
  /** Nothing more is wanted. */
  close(): Promise<void>;
}

/**
 * Opens anything that `for await` takes.
 *
 * @throws {TypeError} When it is not iterable.
 */
export function openSource(items: unknown): Source {
  const iterator = iteratorOf(items as AnyIterable);
  return {
    next: () => iterator.next(),
    close: async () => {
      await iterator.return?.();
    },
  };
}

/** @throws {TypeError} When it can't be iterated over. */
export function checkSource(owner: string, items: unknown): void {
  const source = items as AnyIterable | null | undefined;
  if (typeof source?.[Symbol.asyncIterator] === "function" || typeof source?.[Symbol.iterator] === "function")
    return;
  throw new TypeError(`The items of ${owner} must be iterable or async iterable, got ${show(items)}`);
}
