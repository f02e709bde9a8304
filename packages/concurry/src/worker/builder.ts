import { createPool } from "../pool/create-pool.ts";
import type { MisnamedMethod, Pool } from "../pool/pool-type.ts";
import { realm } from "../protocol/realm.ts";
import type { WorkerClass } from "../protocol/worker-class.ts";
import type { ExportedErrors } from "./exported-errors.ts";
import { resolveOptions } from "./resolve-options.ts";

/** A class and the checked options of its pool; nothing is started yet. */
export interface PoolBuilder<T extends object, Arguments extends readonly unknown[]> {
  /**
   * Starts the workers and returns their pool. Calls may be made at once: they wait for the first worker.
   *
   * Never throws for what goes wrong in a worker: the calls reject then.
   *
   * @param constructorArguments Given to the constructor of each worker; in threads and processes a copy of them.
   * @throws {Error} When the arguments can't be copied to a thread or process; nothing was started then.
   */
  init(...constructorArguments: Arguments): Pool<T>;
}

/** Refuses, in types, a class with a method of a name that a pool needs for itself. */
export type WithoutReservedNames<C> = C extends new (
  ...values: never[]
) => infer T
  ? [MisnamedMethod<T>] extends [never]
    ? unknown
    : { readonly "a pool needs this method's name for itself": MisnamedMethod<T> }
  : never;

/**
 * Checks class and options, and makes the builder that `options()` returns.
 *
 * @param errors Where error classes of the workers may be known from, besides the module of the class.
 */
export function buildPool(
  workerClass: WorkerClass,
  options: unknown,
  errors?: ExportedErrors,
): PoolBuilder<object, readonly unknown[]> {
  const resolved = resolveOptions(workerClass, options, errors);
  // A host that is loading this module to find the class has seen it now.
  realm().touch(workerClass);
  return Object.freeze({
    init: (...constructorArguments: readonly unknown[]): Pool =>
      createPool<object>(workerClass, resolved, constructorArguments),
  });
}
