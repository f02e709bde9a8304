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
  readonly #errors = new Map<string, ExportedErrors>();

  /**
   * @param owner Whose options they are, in messages: `"TaskPool.options()"`.
   * @throws {TypeError} When an option is missing, unknown or of the wrong type; a `RangeError` for one out of range.
   */
  constructor(owner: string, name: string, methods: readonly string[], given: unknown) {
    const resolved = resolveFor(
      {
        owner,
        name,
        methods,
        loadBalancing: "shared_queue",
        startsLate: false,
        locate: () => ({ ...locatorOf(name, []), isOpen: true }),
      },
      given,
    );
    this.options = { ...resolved, exported: (className) => this.#exported(className) };
  }

  /** What a call names a function by. @throws {WorkerNotFoundError} When it is certain that no worker could find it. */
  nameOf(run: AnyFunction): unknown {
    if (this.options.engine.wire === "reference") return taskRecord(run)?.run ?? run;
    const { locator, text } = locateFunction(run);
    const url = locator.candidates[0]?.url ?? "";
    if (!this.#errors.has(url)) {
      const errors = new ExportedErrors();
      errors.watch(locator);
      this.#errors.set(url, errors);
    }
    return text;
  }

  /** The error class of that name, if only one of the modules exports one. */
  #exported(className: string): unknown {
    const found = [...this.#errors.values()].map((errors) => errors.named(className));
    const classes = new Set(found.filter((value) => value !== undefined));
    return classes.size === 1 ? [...classes][0] : undefined;
  }
}
