import { plainObject } from "./check.ts";
import { nearest } from "./nearest.ts";

/** Throws when a value is not as it should be. */
export type Check = (value: unknown) => unknown;

/** What some unknown names most likely mean, each as it is to be written. */
export type Hints = Readonly<Record<string, string>>;

/**
 * Checks each entry of a plain object; refuses names that there is no check for, with the nearest one that is.
 *
 * @param owner Stands in messages, as `"Embedder.options()"`.
 * @param kind What its entries are called, as `"option"`.
 * @param hints For names of which the nearest known one is not what is meant.
 * @returns A copy without the entries that are undefined: they count as left out.
 */
export function checkRecord(
  owner: string,
  kind: string,
  value: unknown,
  checks: Readonly<Record<string, Check>>,
  hints: Hints = {},
): Readonly<Record<string, unknown>> {
  const checked: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(plainObject(owner, value))) {
    if (!Object.hasOwn(checks, name)) throw unknownName(owner, kind, name, hints, Object.keys(checks));
    if (item === undefined) continue;
    checks[name]?.(item);
    checked[name] = item;
  }
  return checked;
}

function unknownName(
  owner: string,
  kind: string,
  name: string,
  hints: Hints,
  known: readonly string[],
): TypeError {
  const near = nearest(name, known);
  const meant = Object.hasOwn(hints, name) ? hints[name] : near && `"${near}"`;
  const hint = meant === undefined ? `it has ${known.join(", ")}` : `did you mean ${meant}?`;
  return new TypeError(`${owner} has no ${kind} "${name}"; ${hint}`);
}
