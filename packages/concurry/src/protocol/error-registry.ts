// On the global object, so that the package and a worker's host file, which are two copies, share one table.
const RECORD = Symbol.for("concurry.errors.1");

/** Any class of errors; its constructor is never called. */
export type ErrorClass = abstract new (...parameters: never[]) => Error;

interface ErrorRecord {
  readonly classes: Map<string, ErrorClass>;
  readonly names: WeakMap<ErrorClass, string>;
}

const globals = globalThis as { [RECORD]?: ErrorRecord };
globals[RECORD] ??= { classes: new Map(), names: new WeakMap() };
const record: ErrorRecord = globals[RECORD];

/**
 * Lets errors of a class arrive as instances of that class, also when the module of the worker doesn't export it.
 *
 * To be called in a module that both the caller and the worker load, best beside the class. Errors are rebuilt
 * without their constructor: prototype, message, stack, cause and own enumerable fields, but no `#private` fields.
 *
 * @param errorClass The class; it extends `Error`.
 * @param name Names the class on the wire; the same on both sides. Default: the class's own name. The class that
 * was registered last under a name has it.
 * @throws {TypeError} When `errorClass` isn't a class that extends `Error`, or there is no name.
 * @example
 * export class QuotaError extends Error {
 *   left = 0;
 * }
 * registerError(QuotaError);
 */
export function registerError(errorClass: ErrorClass, name: string = errorClass?.name): void {
  if (typeof errorClass !== "function" || !(errorClass.prototype instanceof Error))
    throw new TypeError(`registerError() takes a class that extends Error, got ${String(errorClass)}`);
  if (typeof name !== "string" || name === "")
    throw new TypeError("registerError() needs a name for a class that has none");
  record.classes.set(name, errorClass);
  record.names.set(errorClass, name);
}

/** The name that a class was registered under. */
export function registeredName(errorClass: unknown): string | undefined {
  return typeof errorClass === "function" ? record.names.get(errorClass as unknown as ErrorClass) : undefined;
}

/** The class that was registered under a name. */
export function registeredClass(name: string): ErrorClass | undefined {
  return record.classes.get(name);
}
