import { SerializationError } from "../errors/call-errors.ts";
import type { Wire } from "./connection.ts";
import { findUncloneable, type Uncloneable } from "./uncloneable.ts";

/** Which value of a call could not be sent: its one argument, its list of arguments, or what it returned. */
export type ValuePlace = "argument" | "arguments" | "result";

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
  const subject = place === "result" ? `The result of ${method}()` : `${ordinal(argument)} of ${method}()`;
  const target = place === "result" ? "the caller" : "a worker";
  return new SerializationError(`${subject} can't be sent to ${target}: ${explain(found, cause)}`, {
    method,
    ...(argument === undefined ? {} : { argument }),
    ...(found === undefined ? {} : { path: found.path }),
    cause,
  });
}

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
    return { argument: place === "result" ? undefined : 0, found: find(value) };
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
