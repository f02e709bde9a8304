import { positiveIntegerOrInfinity } from "concurry/internal";
import type { Stage } from "../graph/stage.ts";
import { checkOptions } from "../options/check-options.ts";
import type { Draft } from "./draft.ts";

/** Options of `ordered`. */
export interface OrderedOptions {
  /**
   * Elements of each source that may be on their way at once. Integer, 1 or more. Infinity: all are collected, then sorted.
   * Default 1024.
   */
  readonly window?: number;
}

const DEFAULT_WINDOW = 1024;

/** A stage that gives elements in the order of their indexes. */
export function orderedDraft(given: OrderedOptions = {}): Draft {
  const options: OrderedOptions = checkOptions("ordered()", given, {
    window: (value) => positiveIntegerOrInfinity("window", value),
  });
  return { name: "ordered", work: { kind: "ordered", window: options.window ?? DEFAULT_WINDOW } };
}

/**
 * Checks that what comes to an `ordered` can be put in order as it comes.
 *
 * @throws {RangeError} When a source brings indexes of its own, which may come in any order.
 */
export function checkOrdered({ work }: Draft, upstream: Stage): void {
  if (work.kind !== "ordered" || work.window === Number.POSITIVE_INFINITY || !bringsIndexes(upstream)) return;
  throw new RangeError(
    `window must be Infinity after a source with indexed: true, got ${work.window}: its elements may come in any order`,
  );
}

function bringsIndexes({ work, upstreams }: Stage): boolean {
  if (work.kind === "source") return work.isIndexed;
  return work.kind !== "through" && work.kind !== "ordered" && upstreams.some(bringsIndexes);
}
