import { plainObject } from "../util/check.ts";
import { type Check, checkRecord, type Hints } from "../util/check-record.ts";

const HINTS: Hints = { windowMs: '"windowSeconds" (1000 ms are 1)' };

/** Runs the checks of a constructor; what they throw gets the code `LIMIT_CONFIG`. */
export function configure<T>(checks: () => T): T {
  try {
    return checks();
  } catch (error) {
    throw configError(error as Error);
  }
}

/** Gives a `TypeError` or `RangeError` the code of wrong configurations. */
function configError<E extends Error>(error: E): E {
  return Object.assign(error, { code: "LIMIT_CONFIG" });
}

/** Checks the options of a limit and refuses unknown ones; the required ones must be there. */
export function checkedOptions<Options>(
  owner: string,
  value: unknown,
  checks: Readonly<Record<string, Check>>,
  required: readonly string[],
): Options {
  const given = plainObject(`${owner}'s options`, value);
  const checked = checkRecord(owner, "option", given, checks, HINTS);
  for (const name of required) if (!(name in checked)) checks[name]?.(undefined);
  return checked as Options;
}
