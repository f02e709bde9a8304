import type { CallContext } from "../protocol/call-context.ts";
import { realm } from "../protocol/realm.ts";

export type { CallContext };

/**
 * Tells a method about the call that it answers; also when several calls of one worker interleave.
 *
 * @throws {Error} Outside a call: in a constructor, in `onStart`, in code that no worker runs.
 * @example
 * async fetch(url: string): Promise<string> {
 *   const response = await fetch(url, { signal: callContext().signal });
 *   return response.text();
 * }
 */
export function callContext(): CallContext {
  const context = realm().callContext?.();
  if (context !== undefined) return context as CallContext;
  throw new Error("callContext() was called outside a call: it works inside the methods of a worker.");
}
