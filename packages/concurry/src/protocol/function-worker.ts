import type { AnyFunction } from "./function-mark.ts";
import type { WorkerClass } from "./worker-class.ts";

/** Gives the function of a reference: where it must be found first, later. */
export type ResolveFunction = (reference: unknown) => AnyFunction | Promise<AnyFunction>;

/** Names of its methods. */
export const SUBMIT = "submit";
export const EXECUTE = "execute";
export const UPDATE = "updateUserFunction";

/** The class of workers that run functions which their calls name, or one that an earlier call has set. */
export function functionWorkerClass(resolve: ResolveFunction): WorkerClass {
  return class FunctionWorker {
    #current: { readonly run: AnyFunction; readonly fixed: readonly unknown[] } | undefined;

    /** Runs a function. */
    [SUBMIT](reference: unknown, ...values: readonly unknown[]): unknown {
      const run = resolve(reference);
      return run instanceof Promise ? run.then((loaded) => call(loaded, values)) : call(run, values);
    }

    /** Sets the function of the calls that follow. */
    async [UPDATE](reference: unknown, ...fixed: readonly unknown[]): Promise<void> {
      this.#current = undefined;
      this.#current = { run: await resolve(reference), fixed };
    }

    /** Runs the function that was set. */
    [EXECUTE](data: unknown): unknown {
      if (this.#current === undefined) throw new Error("The function of this worker could not be found.");
      return call(this.#current.run, [data, ...this.#current.fixed]);
    }
  } as WorkerClass;
}

function call(run: AnyFunction, values: readonly unknown[]): unknown {
  return Reflect.apply(run, undefined, values);
}
