import { types } from "node:util";
import { isObject } from "../util/is-object.ts";

/** True for promises, and for whatever else `await` would wait for; but asks no proxy. Never throws. */
export function isThenable(value: unknown): boolean {
  if (!isObject(value)) return false;
  // A proxy is no promise that could be copied, and asking it for `then` runs its handler.
  return types.isPromise(value) || (!types.isProxy(value) && hasThen(value));
}

/** True for a promise of any kind: it has a callable `then`, as for `await`. Never throws. */
export function hasThen(value: object): boolean {
  try {
    return typeof (value as { readonly then?: unknown }).then === "function";
  } catch {
    return false; // what can't even be asked for `then` can't be awaited
  }
}
