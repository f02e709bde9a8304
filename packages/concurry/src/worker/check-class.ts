import { publicMethods } from "../pool/public-methods.ts";
import { realm } from "../protocol/realm.ts";
import { isWorkerClass } from "../protocol/worker-class.ts";
import { wrongType } from "../util/check.ts";

/**
 * Refuses what no pool can be made of; returns the names of the public methods.
 *
 * @throws {TypeError} For `Worker` itself, for other classes than its subclasses, for methods with a reserved name.
 */
export function checkWorkerClass(workerClass: unknown): readonly string[] {
  if (isWorkerClass(workerClass)) return publicMethods(workerClass);
  if (isBase(workerClass)) {
    throw new TypeError("Worker itself can't be put in a pool: write a class that extends it.");
  }
  throw wrongType("The class of a pool", "a subclass of Worker", workerClass);
}

/** True for `Worker`, of any copy of the package. */
function isBase(value: unknown): boolean {
  if (typeof value !== "function") return false;
  const { bases } = realm();
  return bases.includes(value) || bases.includes(Object.getPrototypeOf(value));
}
