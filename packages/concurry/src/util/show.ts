import { inspect } from "node:util";

const LONGEST = 80;

/** One short line that shows a value in an error message. */
export function show(value: unknown): string {
  if (typeof value === "string") return shorten(JSON.stringify(value));
  if (typeof value === "function")
    return shorten(`${isClass(value) ? "class" : "function"} ${value.name || "(anonymous)"}`);
  return shorten(inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY, maxArrayLength: 3 }));
}

function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}

function shorten(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}
