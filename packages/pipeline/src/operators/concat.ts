import { oneOf } from "concurry/internal";
import { checkOptions } from "../options/check-options.ts";
import { checkMaxsize } from "../options/check-stage-options.ts";
import type { Draft } from "./draft.ts";

/** Options of `concat`. */
export interface ConcatOptions {
  /**
   * `"arrival"`: elements keep their indexes, so that an `ordered` behind mixes them, element by element. `"source"`: the
   * position of their pipeline stands in front, so that an `ordered` gives all of the first, then all of the second.
   * Default `"arrival"`.
   */
  readonly order?: "arrival" | "source";
  /** Elements of each pipeline that may wait. Integer, 0 or more, or Infinity; 0 is Infinity. Default 2. */
  readonly maxsize?: number;
}

/** A stage that takes from several. */
export function concatDraft(given: ConcatOptions = {}): Draft {
  const options: ConcatOptions = checkOptions("concat()", given, {
    order: (value) => oneOf("order", value, ["arrival", "source"]),
    maxsize: checkMaxsize,
  });
  const { order = "arrival", maxsize = 2 } = options;
  return { name: "concat", work: { kind: "concat", order, maxsize } };
}
