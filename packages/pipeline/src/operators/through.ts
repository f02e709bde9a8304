import { aFunction } from "concurry/internal";
import type { Draft } from "./draft.ts";

/** A stage that is a plain iterator over the elements before it. */
export function throughDraft(transform: (source: AsyncIterable<never>) => unknown): Draft {
  aFunction("The function of through()", transform);
  return {
    name: transform.name || "through",
    work: { kind: "through", transform: transform as (source: AsyncIterable<unknown>) => unknown },
  };
}
