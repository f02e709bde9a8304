import { milliseconds, positiveInteger } from "concurry/internal";
import { checkOptions } from "../options/check-options.ts";
import type { Draft } from "./draft.ts";

/** Options of `batch`. */
export interface BatchOptions {
  /** Milliseconds after its first element at which a batch is passed on though it is short. 1 or more, or Infinity, the default. */
  readonly maxWaitMs?: number;
}

/** A stage that puts elements in arrays. */
export function batchDraft(size: number, given: BatchOptions = {}): Draft {
  positiveInteger("The size of batch()", size);
  const options: BatchOptions = checkOptions("batch()", given, {
    maxWaitMs: (value) => value === Number.POSITIVE_INFINITY || milliseconds("maxWaitMs", value),
  });
  const { maxWaitMs = Number.POSITIVE_INFINITY } = options;
  return { name: "batch", work: { kind: "batch", size, maxWaitMs } };
}
