import { show } from "concurry/internal";

/** What a `flatMap` function returned, opened. */
interface Opened {
  readonly iterator: Iterator<unknown> | AsyncIterator<unknown>;
  readonly isAsync: boolean;
}

/**
 * Opens what a `flatMap` function returned.
 *
 * @throws {TypeError} For what can't be iterated.
 */
export function iteratorOf(value: unknown, stage: string): Opened {
  const iterable = Object(value ?? false) as Partial<Iterable<unknown> & AsyncIterable<unknown>>;
  const openAsync = iterable[Symbol.asyncIterator];
  if (typeof openAsync === "function") return { iterator: openAsync.call(value as never), isAsync: true };
  const open = iterable[Symbol.iterator];
  if (typeof open === "function") return { iterator: open.call(value as never), isAsync: false };
  throw new TypeError(`The function of flatMap stage "${stage}" must return an iterable, got ${show(value)}`);
}
