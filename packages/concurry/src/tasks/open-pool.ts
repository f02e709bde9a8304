import type { ResolvedOptions } from "../pool/resolved-options.ts";
import type { AnyFunction } from "../protocol/function-mark.ts";
import { functionWorkerClass } from "../protocol/function-worker.ts";
import { taskRecord } from "../protocol/task-record.ts";
import { ExportedErrors } from "../worker/exported-errors.ts";
import { locatorOf } from "../worker/locate.ts";
import { resolveFor } from "../worker/resolve-options.ts";
import { locateFunction } from "./locate-function.ts";

/** The class of workers that run what their calls name; in this realm functions are at hand. */
export const OpenWorker: ReturnType<typeof functionWorkerClass> = functionWorkerClass(
  (run) => run as AnyFunction,
);

/** What the pools of such workers have in common: their options, and the names of functions. */
export class OpenPool {
  readonly options: ResolvedOptions;
  readonly #errors = new ExportedErrors();

  /**
   * @param owner Whose options they are, in messages: `"TaskPool.options()"`.
   * @throws {TypeError} When an option is missing, unknown or of the wrong type; a `RangeError` for one out of range.
   */
  constructor(owner: string, name: string, methods: readonly string[], given: unknown) {
    this.options = resolveFor(
      {
        owner,
        name,
        methods,
        loadBalancing: "shared_queue",
        startsLate: false,
        errors: this.#errors,
        locate: () => ({ ...locatorOf(name, []), isOpen: true }),
      },
      given,
    );
  }

  /** What a call names a function by. @throws {WorkerNotFoundError} When it is certain that no worker could find it. */
  nameOf(run: AnyFunction): unknown {
    if (this.options.engine.wire === "reference") return taskRecord(run)?.run ?? run;
    const { locator, text } = locateFunction(run);
    this.#errors.watch(locator);
    return text;
  }
}
