import { WorkerNotFoundError } from "concurry";
import { type ExportedErrors, isExported, isNative, locateFunction, lookForExport } from "concurry/internal";
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
    this.#refusal = (cause) => refusal(owner, mode, cause, { role, kind: kindOfCode(this.#f) });
    if (isClass(this.#f)) throw classRefusal(owner, mode, this.#f);
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
export function refusal(
  owner: string,
  mode: string,
  cause: unknown,
  { role, kind = "a closure" }: { readonly role?: string | undefined; readonly kind?: string } = {},
): WorkerNotFoundError {
  return new WorkerNotFoundError(
    `${owner} in ${mode} mode got ${kind}${role === undefined ? "" : ` as ${role}`}, ` +
      `which can't run in another ${mode === "process" ? "process" : "thread"}. ` +
      'Export the function from its module, wrap it as task(fn) at module level, use Model.method("name"), or set mode: "async".',
    { reason: "task", ...(cause === undefined ? {} : { cause }) },
  );
}

function kindOfCode(f: AnyFunction): string {
  if (!isNative(f)) return "a closure";
  return f.name.startsWith("bound ") ? "a bound function" : "a built-in function";
}

function isClass(f: AnyFunction): boolean {
  return kindOf(f) === "function" && /^class\b/.test(Function.prototype.toString.call(f));
}

function classRefusal(owner: string, mode: string, { name }: AnyFunction): TypeError {
  const shown = name === "" ? "a class" : `a class, ${name}`;
  return new TypeError(
    `${owner} in ${mode} mode got ${shown}, which can't be called; of a worker class use ${name || "Model"}.method("name")`,
  );
}
