import { JSON_TEXT, NO_ARGUMENT, SEVERAL } from "../protocol/frame.ts";

/** A method of a user's worker. */
export type Method = (this: object, ...methodArguments: readonly unknown[]) => unknown;

/** Calls a method with the arguments as they came. */
export function invoke(method: Method, instance: object, op: number, value: unknown): unknown {
  const decoded = op & JSON_TEXT ? JSON.parse(value as string) : value;
  if (op & SEVERAL) return method.apply(instance, decoded as unknown[]);
  return op & NO_ARGUMENT ? method.call(instance) : method.call(instance, decoded);
}
