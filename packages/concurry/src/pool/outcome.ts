import { RemoteFailure } from "../future/remote-failure.ts";
import type { Wire } from "../protocol/connection.ts";
import { JSON_TEXT, REPLY_ERROR, REPLY_KIND, REPLY_UNDEFINED } from "../protocol/frame.ts";
import { decodeThrown, type WireThrown } from "../protocol/wire-error.ts";

/** Reads the value of a reply that is no error. */
export function readValue(code: number, value: unknown): unknown {
  if (code & JSON_TEXT) return JSON.parse(value as string);
  return code === REPLY_UNDEFINED ? undefined : value;
}

/** True for a reply that carries what a method threw. */
export function isFailure(code: number): boolean {
  return (code & REPLY_KIND) === REPLY_ERROR;
}

/** What a call rejects with: the thrown value itself, or the means to rebuild it. */
export function readFailure(
  code: number,
  value: unknown,
  wire: Wire,
  resolveExport: (name: string) => unknown,
): unknown {
  if (wire === "reference") return value;
  return new RemoteFailure(() => decodeThrown(readValue(code, value) as WireThrown, { resolveExport }));
}
