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
    readonly #first: readonly unknown[];
    #run: AnyFunction | undefined;
    #fixed: readonly unknown[] = [];
    #failure: unknown;

    /** @param first What is set from the start, where there is something. */
    constructor(...first: readonly unknown[]) {
      this.#first = first;
    }

    async onStart(): Promise<void> {
      const [reference, ...fixed] = this.#first;
      // What is wrong with it is told to whoever calls it.
      if (reference !== undefined) await this[UPDATE](reference, ...fixed).catch(() => {});
    }

    /** Runs a function. */
    [SUBMIT](reference: unknown, ...values: readonly unknown[]): unknown {
      const run = resolve(reference);
      return run instanceof Promise ? run.then((loaded) => call(loaded, values)) : call(run, values);
    }

    /** Sets the function of the calls that follow. */
    async [UPDATE](reference: unknown, ...fixed: readonly unknown[]): Promise<void> {
      this.#run = undefined;
      try {
        this.#run = await resolve(reference);
        this.#fixed = fixed;
      } catch (error) {
        this.#failure = error;
        throw error;
      }
    }

    /** Runs the function that was set. */
    [EXECUTE](data: unknown): unknown {
      if (this.#run === undefined) throw this.#failure;
      return call(this.#run, [data, ...this.#fixed]);
    }
  } as WorkerClass;
}

function call(run: AnyFunction, values: readonly unknown[]): unknown {
  return Reflect.apply(run, undefined, values);
}
