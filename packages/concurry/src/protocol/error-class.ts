import {
  CancelledError,
  QueueFullError,
  RetryError,
  SerializationError,
  StoppedError,
  TimeoutError,
} from "../errors/call-errors.ts";
import { LimitError } from "../errors/limit-error.ts";
import { WorkerCrashedError, WorkerNotFoundError, WorkerStartError } from "../errors/worker-errors.ts";
import { registeredClass, registeredName } from "./error-registry.ts";

/** Names a class of errors so that the other side finds the same one. */
export type WireClass =
  | { readonly builtin: string }
  | { readonly concurry: string }
  | { readonly registered: string }
  | { readonly export: string };

// A proxy may pretend to an endless chain of prototypes.
const MAX_CHAIN = 64;

const builtinPrototypes: ReadonlyMap<object, string> = new Map(
  ["TypeError", "RangeError", "SyntaxError", "ReferenceError", "EvalError", "URIError", "AggregateError"]
    .concat(["Error", "SuppressedError", "DOMException"])
    .map((name): [unknown, string] => [prototypeOf(globalNamed(name)), name])
    .filter((entry): entry is [object, string] => entry[0] !== undefined),
);

const concurryClasses = {
  StoppedError,
  CancelledError,
  TimeoutError,
  SerializationError,
  QueueFullError,
  RetryError,
  LimitError,
  WorkerCrashedError,
  WorkerStartError,
  WorkerNotFoundError,
} as const;

/** The classes that an error belongs to, the nearest first, as far as the other side may know them; not `Error`. */
export function classesOf(
  error: object,
  exportName?: (errorClass: unknown) => string | undefined,
): WireClass[] {
  const classes: WireClass[] = [];
  let prototype: object | null = Object.getPrototypeOf(error);
  for (let length = 0; prototype !== null && length < MAX_CHAIN; length += 1) {
    const builtin = builtinPrototypes.get(prototype);
    if (builtin === "Error") break;
    const found = builtin === undefined ? classNamed(prototype, exportName) : { builtin };
    if (found !== undefined) classes.push(found);
    // What lies below a built-in or one of ours follows from it.
    if (found !== undefined && ("builtin" in found || "concurry" in found)) break;
    prototype = Object.getPrototypeOf(prototype);
  }
  return classes;
}

/** The prototype of the first of the classes that this side knows. */
export function knownPrototype(
  classes: readonly WireClass[],
  resolveExport?: (name: string) => unknown,
): object | undefined {
  for (const name of classes) {
    const prototype = prototypeOf(classFor(name, resolveExport));
    if (prototype !== undefined) return prototype;
  }
  return undefined;
}

function classNamed(
  prototype: object,
  exportName?: (errorClass: unknown) => string | undefined,
): WireClass | undefined {
  const errorClass: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  const registered = registeredName(errorClass);
  if (registered !== undefined) return { registered };
  const exported = typeof errorClass === "function" ? exportName?.(errorClass) : undefined;
  if (exported !== undefined) return { export: exported };
  if (prototype === prototypeOf(assertionError())) return { builtin: "AssertionError" };
  for (const [name, concurryClass] of Object.entries(concurryClasses)) {
    // By brand: the prototype may be that of another copy of this package.
    if (prototype instanceof concurryClass) return { concurry: name };
  }
  return undefined;
}

function classFor(name: WireClass, resolveExport?: (name: string) => unknown): unknown {
  if ("registered" in name) return registeredClass(name.registered);
  if ("export" in name) return resolveExport?.(name.export);
  if ("concurry" in name) return concurryClasses[name.concurry as keyof typeof concurryClasses];
  return name.builtin === "AssertionError" ? assertionError() : globalNamed(name.builtin);
}

function prototypeOf(errorClass: unknown): object | undefined {
  const prototype: unknown = typeof errorClass === "function" ? errorClass.prototype : undefined;
  return typeof prototype === "object" && prototype !== null ? prototype : undefined;
}

function globalNamed(name: string): unknown {
  return (globalThis as Record<string, unknown>)[name];
}

/** Asked for when needed only: hosts would load the module at each start. */
function assertionError(): unknown {
  return process.getBuiltinModule("node:assert").AssertionError;
}
