import { SerializationError } from "../errors/call-errors.ts";
import type { Wire } from "./connection.ts";
import { findUncloneable, type Uncloneable } from "./uncloneable.ts";

/** Which value of a call could not be sent: its one argument, its list of arguments, what it returned or yielded. */
export type ValuePlace = "argument" | "arguments" | "result" | "item";

const FROM_WORKER: Readonly<Partial<Record<ValuePlace, string>>> = { result: "The result", item: "An item" };

const ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth"];

/**
 * The error for a value that could not be sent: which method, which argument, where in it, what it is, what to do.
 *
 * @param value The argument, the list of arguments, or the result, as `place` says.
 * @param cause What the attempt to send it threw.
 * @param moved What was to be moved instead of copied.
 */
export function serializationError(
  method: string,
  place: ValuePlace,
  value: unknown,
  cause: unknown,
  wire: Wire,
  moved: readonly unknown[] = [],
): SerializationError {
  const { argument, found } = locate(place, value, (item) => findUncloneable(item, wire, moved));
  const made = FROM_WORKER[place];
  const target = made === undefined ? "a worker" : "the caller";
  const why =
    place === "result" && found?.path === "" && found.reason === "a generator"
      ? NO_STREAM
      : explain(found, cause);
  return new SerializationError(
    `${made ?? ordinal(argument)} of ${method}() can't be sent to ${target}: ${why}`,
    {
      method,
      ...(argument === undefined ? {} : { argument }),
      ...(found === undefined ? {} : { path: found.path }),
      cause,
    },
  );
}

// The caller has got a future already: what kind of function the method is decides that, not what it returns.
const NO_STREAM =
  "it is a generator. Only a worker class's method that is itself declared with a * is a stream; else give an array.";

/** The error for a value that could not go with something that a call has lent: what it is of, and where to. */
export function loanError(
  subject: string,
  target: string,
  value: unknown,
  cause: unknown,
  wire: Wire,
): SerializationError {
  const found = findUncloneable(value, wire);
  return new SerializationError(`${subject} can't be sent to ${target}: ${explain(found, cause)}`, {
    ...(found === undefined ? {} : { path: found.path }),
    cause,
  });
}

interface Location {
  readonly argument: number | undefined;
  readonly found: Uncloneable | undefined;
}

function locate(
  place: ValuePlace,
  value: unknown,
  find: (item: unknown) => Uncloneable | undefined,
): Location {
  if (place !== "arguments" || !Array.isArray(value)) {
    return { argument: place === "argument" ? 0 : undefined, found: find(value) };
  }
  for (const [argument, item] of value.entries()) {
    const found = find(item);
    if (found !== undefined) return { argument, found };
  }
  return { argument: undefined, found: undefined };
}

function ordinal(argument: number | undefined): string {
  if (argument === undefined) return "An argument";
  const word = ORDINALS[argument];
  return word === undefined ? `Argument number ${argument + 1}` : `The ${word} argument`;
}

function explain(found: Uncloneable | undefined, cause: unknown): string {
  if (found === undefined) return `${cause instanceof Error ? cause.message : String(cause)}`;
  return `${found.path === "" ? "it" : found.path} is ${found.reason}. ${advice(found.reason)}`;
}

function advice(reason: string): string {
  if (reason.startsWith("a function"))
    return "Functions are lent as arguments of calls, or in the arrays and plain objects of these; elsewhere send data.";
  if (reason.startsWith("a promise")) return "Await it first, and send what it gives.";
  if (reason.startsWith("limits"))
    return "Give them to a pool as its option `limits`; a worker hands this.limits on to its own pools like that.";
  if (reason.startsWith("a MessagePort that")) return "Name it in transfer(value, list).";
  if (reason.startsWith("a SharedArrayBuffer")) return 'Send a copy of its bytes, or use mode "thread".';
  if (reason.endsWith("which can't leave its process"))
    return 'Send its content as bytes, or use mode "thread".';
  return "Send plain data: objects, arrays, maps, sets, dates, buffers.";
}
