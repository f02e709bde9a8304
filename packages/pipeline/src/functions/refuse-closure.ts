import { WorkerNotFoundError } from "concurry";
import { locateFunction } from "concurry/internal";
import { kindOf, nameOf } from "./function-reference.ts";

/**
 * The text by which a worker of another realm finds a function.
 *
 * @param owner Stands in messages, as `"map()"`.
 * @throws {WorkerNotFoundError} When it is certain that no worker could find it.
 */
export function locate(owner: string, mode: string, f: unknown): string {
  // Written where it was given: no module can export it.
  if (kindOf(f) === "function" && nameOf(f, "") === "") throw refusal(owner, mode, undefined);
  try {
    return locateFunction(f as (...values: never[]) => unknown).text;
  } catch (error) {
    throw error instanceof WorkerNotFoundError ? refusal(owner, mode, error) : error;
  }
}

/** The error for a function that workers can't find, which says what to do. */
export function refusal(owner: string, mode: string, cause: unknown): WorkerNotFoundError {
  return new WorkerNotFoundError(
    `${owner} in ${mode} mode got a closure, which can't run in another ${mode === "process" ? "process" : "thread"}. ` +
      'Export the function from its module, wrap it as task(fn) at module level, use Model.method("name"), or set mode: "async".',
    { reason: "task", ...(cause === undefined ? {} : { cause }) },
  );
}
