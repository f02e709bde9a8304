import { LimitError } from "concurry";

/**
 * What is wanted instead of a weight that Bottleneck takes without a word and that then harms it: NaN stops its queue
 * for good, a negative one raises its reservoir, a fraction fails inside the scripts for Redis.
 */
export function weightFault(weight: unknown, isInteger: boolean): string | undefined {
  if (isInteger)
    return Number.isSafeInteger(weight) && (weight as number) >= 0 ? undefined : "an integer of at least 0";
  return Number.isFinite(weight) && (weight as number) >= 0 ? undefined : "a number of at least 0";
}

/**
 * Checks the weight of one call.
 *
 * @throws {LimitError} `LIMIT_BAD_AMOUNT`.
 */
export function checkWeight(key: string, weight: unknown, isInteger: boolean): number {
  const wanted = weightFault(weight, isInteger);
  if (wanted === undefined) return weight as number;
  const message = `The weight of a call for "${key}" must be ${wanted}, got ${String(weight)}`;
  throw new LimitError("LIMIT_BAD_AMOUNT", message, { key, details: { weight } });
}
