import { checkOptions } from "../options/check-options.ts";
import { checkMaxsize } from "../options/check-stage-options.ts";
import type { Draft } from "./draft.ts";

/** Options of `tee`. */
export interface TeeOptions {
  /** Elements that each branch may have waiting. Integer, 0 or more, or Infinity; 0 is Infinity. Default 16. */
  readonly maxsize?: number;
}

/** So many of one type: a tuple where the count is known, else an array. */
export type BranchesOf<T, N extends number, Found extends readonly T[] = []> = number extends N
  ? readonly T[]
  : Found["length"] extends N
    ? Found
    : BranchesOf<T, N, readonly [...Found, T]>;

const DEFAULT_MAXSIZE = 16;

/** A stage whose elements go to several, and the stages that they go to. */
export function teeDrafts(count: number, given: TeeOptions = {}): { tee: Draft; branches: readonly Draft[] } {
  const options: TeeOptions = checkOptions("tee()", given, { maxsize: checkMaxsize });
  const { maxsize = DEFAULT_MAXSIZE } = options;
  const branches = Array.from({ length: count }, (_, position): Draft => {
    return { name: `branch ${position}`, work: { kind: "branch", position, count } };
  });
  return { tee: { name: "tee", work: { kind: "tee", maxsize } }, branches };
}
