import type { ElementIndex } from "./element-index.ts";

/**
 * What became of one element in a stage that yields its errors (`onError: "yield"`, `onTimeout: "yield"`).
 *
 * @example
 * for await (const outcome of pipeline(urls).map(fetchText, { mode: "async", onError: "yield" })) {
 *   if (!outcome.ok) console.error(outcome.index, outcome.error);
 * }
 */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T; readonly index: ElementIndex }
  | { readonly ok: false; readonly error: unknown; readonly index: ElementIndex };

/** The outcome of an element that has a result. */
export function succeeded<T>(value: T, index: ElementIndex): Outcome<T> {
  return { ok: true, value, index };
}

/** The outcome of an element that has none. */
export function failed(error: unknown, index: ElementIndex): Outcome<never> {
  return { ok: false, error, index };
}
