/** What `for await` goes through. */
export type AnyIterable = Partial<AsyncIterable<unknown> & Iterable<unknown>>;

export type AnyIterator = AsyncIterator<unknown> | Iterator<unknown>;

/** Opens an iterable as `for await` does. @throws {TypeError} When it is none. */
export function iteratorOf(source: AnyIterable): AnyIterator {
  return source[Symbol.asyncIterator]?.() ?? (source as Iterable<unknown>)[Symbol.iterator]();
}
