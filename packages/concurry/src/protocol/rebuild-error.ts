import { knownPrototype } from "./error-class.ts";
import { awaitingFrames, joinStacks } from "./stacks.ts";
import type { DecodeContext, WireError, WireItem, WireThrown } from "./wire-thrown.ts";

/**
 * The thrown error or value again, as the worker's code threw it.
 *
 * To be called in a promise reaction: the functions that await it are then in the stack, after the worker's.
 */
export function decodeThrown(thrown: WireThrown, context: DecodeContext = {}): unknown {
  if ("value" in thrown) return thrown.value;
  const errors = thrown.errors.map((wire) => rebuild(wire, context));
  for (const [index, wire] of thrown.errors.entries()) link(errors[index] as Error, wire, errors);
  const root = errors[0] as Error;
  const { stack } = thrown.errors[0] as WireError;
  setStack(root, joinStacks(stack ?? `${root.name}: ${root.message}`, awaitingFrames(decodeThrown)));
  return root;
}

function rebuild(wire: WireError, context: DecodeContext): Error {
  const error = empty(wire, context);
  if (error.message !== wire.message) hide(error, "message", wire.message);
  for (const [name, value] of Object.entries(wire.fields ?? {})) show(error, name, value);
  if (error.name !== wire.name) hide(error, "name", wire.name);
  if (wire.code !== undefined && (error as { code?: unknown }).code !== wire.code)
    hide(error, "code", wire.code);
  setStack(error, wire.stack ?? `${wire.name}: ${wire.message}`);
  return error;
}

/** An error of the right class. Native, but made without the class's own constructor. */
function empty(wire: WireError, context: DecodeContext): Error {
  const { classes = [] } = wire;
  const prototype = knownPrototype(classes, context.resolveExport);
  // Keeps its name and message in places that no one else can write.
  if (prototype === DOMException.prototype)
    return withoutStack(() => new DOMException(wire.message, wire.name) as Error);
  const error = withoutStack(() => new Error(wire.message));
  if (prototype !== undefined) Object.setPrototypeOf(error, prototype);
  return error;
}

/** Spares the frames of this place, which no one will see. */
function withoutStack(make: () => Error): Error {
  const limit = Error.stackTraceLimit;
  // Not assigned: where built-ins are frozen, that would throw.
  Reflect.set(Error, "stackTraceLimit", 0);
  try {
    return make();
  } finally {
    Reflect.set(Error, "stackTraceLimit", limit);
  }
}

function link(error: Error, wire: WireError, errors: readonly Error[]): void {
  for (const [name, item] of Object.entries(wire.links ?? {})) {
    const define = wire.hidden?.includes(name) === true ? hide : show;
    define(error, name, itemValue(item, errors));
  }
}

function itemValue(item: WireItem, errors: readonly Error[]): unknown {
  if ("error" in item) return errors[item.error];
  return "list" in item ? item.list.map((inner) => itemValue(inner, errors)) : item.value;
}

function show(error: Error, name: string, value: unknown): void {
  Object.defineProperty(error, name, { value, configurable: true, enumerable: true, writable: true });
}

function hide(error: Error, name: string, value: unknown): void {
  Object.defineProperty(error, name, { value, configurable: true, enumerable: false, writable: true });
}

function setStack(error: Error, stack: string): void {
  try {
    hide(error, "stack", stack);
  } catch {
    // V8 first makes the stack that is replaced, and the program's own formatter of stacks failed in that.
  }
}
