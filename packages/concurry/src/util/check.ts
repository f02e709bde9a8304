import { show } from "./show.ts";

/** The longest time that a timer of Node takes: 2^31 − 1 milliseconds, about 24.8 days. */
export const LONGEST_MS = 2_147_483_647;

/** An integer of at least 1. */
export function positiveInteger(name: string, value: unknown): number {
  return integer(name, value, 1);
}

/** An integer of at least `least`, where there is a least one. */
export function integer(name: string, value: unknown, least: number = Number.MIN_SAFE_INTEGER): number {
  const wanted = least === Number.MIN_SAFE_INTEGER ? "an integer" : `an integer of at least ${least}`;
  const number = aNumber(name, value, wanted);
  if (!Number.isSafeInteger(number) || number < least) throw outOfRange(name, wanted, value);
  return number;
}

/** An integer of at least 1, or Infinity. */
export function positiveIntegerOrInfinity(name: string, value: unknown): number {
  return value === Number.POSITIVE_INFINITY ? value : positiveInteger(name, value);
}

/** Milliseconds from `least` (1 unless told) to 2^31 − 1; fractions are fine. */
export function milliseconds(name: string, value: unknown, least = 1): number {
  const wanted = `milliseconds from ${least} to ${LONGEST_MS}`;
  const number = aNumber(name, value, wanted);
  if (!(number >= least && number <= LONGEST_MS)) throw outOfRange(name, wanted, value);
  return number;
}

/** A number that is neither infinite nor NaN, of at least `least`, where there is a least one. */
export function finiteNumber(name: string, value: unknown, least: number = Number.NEGATIVE_INFINITY): number {
  const wanted = `a finite number${least === Number.NEGATIVE_INFINITY ? "" : ` of at least ${least}`}`;
  const number = aNumber(name, value, wanted);
  if (!(Number.isFinite(number) && number >= least)) throw outOfRange(name, wanted, value);
  return number;
}

/** A string, also an empty one. */
export function aString(name: string, value: unknown): string {
  if (typeof value !== "string") throw wrongType(name, "a string", value);
  return value;
}

/** One of a few words. */
export function oneOf<Word extends string>(name: string, value: unknown, words: readonly Word[]): Word {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  const wanted = `one of ${words.map((word) => `"${word}"`).join(", ")}`;
  throw typeof value === "string" ? outOfRange(name, wanted, value) : wrongType(name, wanted, value);
}

/** True or false. */
export function aBoolean(name: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw wrongType(name, "true or false", value);
  return value;
}

/** A string with at least one character. */
export function nonEmptyString(name: string, value: unknown): string {
  if (typeof value !== "string") throw wrongType(name, "a string", value);
  if (value === "") throw outOfRange(name, "a string that is not empty", value);
  return value;
}

/** An array of strings. */
export function stringArray(name: string, value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw wrongType(name, "an array of strings", value);
}

/** A function. */
export function aFunction(name: string, value: unknown): (...values: never[]) => unknown {
  if (typeof value !== "function") throw wrongType(name, "a function", value);
  return value as (...values: never[]) => unknown;
}

/** An object made by `{ … }` or `Object.create(null)`, also one of another realm. */
export function plainObject(name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (!isPlainObject(value)) throw wrongType(name, "a plain object", value);
  return value;
}

/** Whether a value was made by `{ … }` or `Object.create(null)`, also in another realm. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    prototype === null ||
    prototype === Object.prototype ||
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, "isPrototypeOf"))
  );
}

/** The error for a value of the right type that is not in range. */
export function outOfRange(name: string, wanted: string, value: unknown): RangeError {
  return new RangeError(`${name} must be ${wanted}, got ${show(value)}`);
}

/** The error for a value of the wrong type. */
export function wrongType(name: string, wanted: string, value: unknown): TypeError {
  return new TypeError(`${name} must be ${wanted}, got ${show(value)}`);
}

function aNumber(name: string, value: unknown, wanted: string): number {
  if (typeof value !== "number") throw wrongType(name, wanted, value);
  return value;
}
