import { WorkerNotFoundError } from "concurry";
import { type ExportedErrors, isExported, locateFunction, lookForExport } from "concurry/internal";
import { kindOf, nameOf } from "./function-reference.ts";

type AnyFunction = Parameters<typeof locateFunction>[0];

/** A function that a stage gives to workers of another thread or process. */
export class RemoteFunction {
  /** By which a worker finds it. */
  readonly text: string;
  readonly #f: AnyFunction;
  readonly #refusal: (cause?: unknown) => WorkerNotFoundError;

  /**
   * @param owner Stands in messages, as `"map()"`.
   * @param role What the function is to the stage, unless it is the one for elements: `"onStart"`.
   * @throws {WorkerNotFoundError} When it is certain by now that no worker could find it.
   */
  constructor(owner: string, mode: string, f: unknown, role?: string) {
    this.#f = f as AnyFunction;
    this.#refusal = (cause) => refusal(owner, mode, cause, role);
    // Written where it was given: no module can export it.
    if (kindOf(f) === "function" && nameOf(f, "") === "") throw this.#refusal();
    try {
      this.text = locateFunction(this.#f).text;
      if (isExported(this.#f) !== false) return;
    } catch (error) {
      throw error instanceof WorkerNotFoundError ? this.#refusal(error) : error;
    }
    throw this.#refusal();
  }

  /** Lets error classes that its module exports be known again. */
  watch(errors: ExportedErrors): void {
    errors.watch(locateFunction(this.#f).locator);
  }

  /**
   * Looks once more whether a worker could find it, now that its module is loaded; undefined when there is nothing to wait
   * for. Rejects with a `WorkerNotFoundError`.
   */
  check(): Promise<void> | undefined {
    return lookForExport(this.#f)?.then((isThere) => {
      if (isThere === false) throw this.#refusal();
    });
  }
}

/** The error for a function that workers can't find, which says what to do. */
export function refusal(owner: string, mode: string, cause: unknown, role?: string): WorkerNotFoundError {
  return new WorkerNotFoundError(
    `${owner} in ${mode} mode got a closure${role === undefined ? "" : ` as ${role}`}, ` +
      `which can't run in another ${mode === "process" ? "process" : "thread"}. ` +
      'Export the function from its module, wrap it as task(fn) at module level, use Model.method("name"), or set mode: "async".',
    { reason: "task", ...(cause === undefined ? {} : { cause }) },
  );
}
