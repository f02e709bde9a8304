import { type Check, checkRecord, type Hints, isPlainObject, wrongType } from "concurry/internal";

/**
 * Checks the options of a call.
 *
 * @param owner Stands in messages, as `"map()"`.
 * @param hints For names of which the nearest known one is not what is meant.
 * @throws {TypeError} For what is no plain object, or an unknown option; what the checks throw for one that is not fine.
 */
export function checkOptions(
  owner: string,
  given: unknown,
  checks: Readonly<Record<string, Check>>,
  hints?: Hints,
): Readonly<Record<string, unknown>> {
  if (!isPlainObject(given)) throw wrongType(`The options of ${owner}`, "a plain object", given);
  return checkRecord(owner, "option", given, checks, hints);
}
