import type { Wire } from "../protocol/connection.ts";
import { type Packed, pack, unpack } from "../protocol/packed.ts";
import { decodeThrown, encodeThrown, type WireThrown } from "../protocol/wire-error.ts";

/** How something that one side ran for the other ended: with a value, or with what it threw, in wire form. */
export type PackedOutcome = { readonly value: Packed } | { readonly thrown: Packed };

/**
 * Makes what was thrown fit for a control message.
 *
 * @param exports The name under which the worker's module exports a class.
 */
export function packThrown(
  thrown: unknown,
  wire: Wire,
  exports?: (errorClass: unknown) => string | undefined,
): Packed {
  if (wire === "reference") return pack(thrown, wire);
  return pack(encodeThrown(thrown, { wire, ...(exports && { exports }) }), wire);
}

/**
 * Reads how it ended.
 *
 * @param resolveExport A class that the worker's module exports, where this side has that module loaded.
 * @throws What was thrown.
 */
export function readOutcome(
  outcome: PackedOutcome,
  wire: Wire,
  resolveExport?: (name: string) => unknown,
): unknown {
  if ("value" in outcome) return unpack(outcome.value);
  throw unpackThrown(outcome.thrown, wire, resolveExport);
}

/** What was thrown. */
export function unpackThrown(packed: Packed, wire: Wire, resolveExport?: (name: string) => unknown): unknown {
  const thrown = unpack(packed);
  if (wire === "reference") return thrown;
  return decodeThrown(thrown as WireThrown, { ...(resolveExport && { resolveExport }) });
}
