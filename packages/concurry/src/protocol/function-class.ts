import type { AnyFunction } from "./function-mark.ts";
import type { WorkerClass } from "./worker-class.ts";

/** Names that a worker's method can't have, or that mean something to a pool. */
const TAKEN: ReadonlySet<string> = new Set([
  "",
  "onStart",
  "onStop",
  "healthCheck",
  "constructor",
  "__proto__",
]);

/** Name of the method that stands for a function. */
export function methodNameOf(functionName: string): string {
  return TAKEN.has(functionName) ? "task" : functionName;
}

/** A class whose instances have one method: the function. */
export function classOfFunction(method: string, run: AnyFunction): WorkerClass {
  const Made = class {};
  Object.defineProperty(Made, "name", { value: method });
  // Bound, so that it sees no more than when it is called as a function.
  Object.defineProperty(Made.prototype, method, { value: run.bind(undefined) });
  return Made;
}
