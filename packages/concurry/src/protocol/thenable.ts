import { types } from "node:util";

/** True for promises, and for whatever else `await` would wait for. Never throws. */
export function isThenable(value: unknown): boolean {
  if (types.isPromise(value)) return true;
  if ((typeof value !== "object" || value === null) && typeof value !== "function") return false;
  // A proxy is no promise that could be copied, and asking it for `then` runs its handler.
  if (types.isProxy(value)) return false;
  try {
    return typeof (value as { then?: unknown }).then === "function";
  } catch {
    return false;
  }
}
