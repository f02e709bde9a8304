import type { ElementIndex } from "../elements/element-index.ts";

/** Where in a pipeline an error came up. */
export interface ErrorContext {
  /** Name of the stage; `"source"` for the source, undefined where the run was aborted from outside. */
  readonly stage: string | undefined;
  /** Index of the worker; undefined when the error belongs to none. */
  readonly worker: number | undefined;
  /** Index of the element; undefined when the error belongs to none. */
  readonly index: ElementIndex | undefined;
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  /** Errors that came up in the same run after this one, also while it was stopped. */
  readonly others: readonly unknown[];
}

// Beside the errors: they belong to the user and stay as they are.
const contexts = new WeakMap<object, ErrorContext>();

/**
 * Tells where an error of a pipeline came up; undefined for one that ended no run, and for a thrown value that is no
 * object.
 *
 * @example
 * try {
 *   await pipeline(urls).map(fetchText, { mode: "async" }).run();
 * } catch (error) {
 *   const { stage, index } = errorContext(error) ?? {};
 *   console.error(`${stage} failed at ${index}`, error);
 * }
 */
export function errorContext(error: unknown): ErrorContext | undefined {
  return isHeld(error) ? contexts.get(error) : undefined;
}

/** Keeps where an error came up. */
export function noteError(error: unknown, context: ErrorContext): void {
  if (isHeld(error)) contexts.set(error, context);
}

function isHeld(error: unknown): error is object {
  return (typeof error === "object" && error !== null) || typeof error === "function";
}
