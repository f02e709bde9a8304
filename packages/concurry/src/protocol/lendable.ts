import { types } from "node:util";

/** True for what a call lends to its worker: a function, an async iterable, an iterator. Asks no proxy; never throws. */
export function isLendable(value: object): boolean {
  return typeof value === "function" || (!types.isProxy(value) && givesItems(value));
}

/**
 * True for what gives its items one by one: async iterables, and iterators that can be gone through, as those of
 * generators. Not for arrays, maps and the like, which are copied. Never throws.
 */
export function givesItems(value: object): boolean {
  try {
    const { [Symbol.asyncIterator]: later, next } = value as {
      [Symbol.asyncIterator]?: unknown;
      next?: unknown;
    };
    return typeof later === "function" || (typeof next === "function" && Symbol.iterator in value);
  } catch {
    return false; // what can't even be asked can't be gone through
  }
}
