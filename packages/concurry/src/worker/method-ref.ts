import { publicMethods } from "../pool/public-methods.ts";
import type { WorkerClass } from "../protocol/worker-class.ts";
import { nearest } from "../util/nearest.ts";
import { show } from "../util/show.ts";

/** Stands for the types of a reference; nothing has a value of it. */
declare const signature: unique symbol;

/**
 * A method of a worker class, as stages of a pipeline take it: `Model.method("predict", "./model.bin")`.
 */
export interface MethodRef<A = never, B = unknown> {
  readonly workerClass: object;
  readonly method: string;
  /** For the workers that a stage starts; empty where a pool is given. */
  readonly constructorArguments: readonly unknown[];
  readonly [signature]?: (value: A) => B;
}

/** The reference to a method. @throws {TypeError} When the class has no such method. */
export function methodRef(
  workerClass: WorkerClass,
  method: string,
  constructorArguments: readonly unknown[],
): MethodRef {
  const methods = publicMethods(workerClass);
  if (methods.includes(method)) return Object.freeze({ workerClass, method, constructorArguments });
  const near = typeof method === "string" ? nearest(method, methods) : undefined;
  const hint = near === undefined ? "" : `; did you mean "${near}"?`;
  throw new TypeError(`"${workerClass.name}" has no method ${show(method)}${hint}`);
}
