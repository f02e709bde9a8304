import type { Unwrapped } from "../pool/unwrapped.ts";

/** What `map` of a function takes one after the other: its first argument. Nothing for functions that need more. */
export type ItemsOf<Arguments extends readonly unknown[]> =
  | Iterable<Unwrapped<ItemOf<Arguments>>>
  | AsyncIterable<Unwrapped<ItemOf<Arguments>>>;

type ItemOf<Arguments extends readonly unknown[]> = Arguments extends readonly [
  (infer Item)?,
  ...infer Rest extends readonly unknown[],
]
  ? [] extends Rest
    ? Item
    : never
  : never;
