import type { Wire } from "./connection.ts";
import { classify, isJsonPrimitive, JSON_FAITHFUL } from "./json-faithful.ts";
import { fromBytes, toBytes } from "./v8-bytes.ts";

/** A user's value inside a control message: itself, its JSON text, or V8's bytes of it as base64 text. */
export type Packed = { readonly value: unknown } | { readonly json: string } | { readonly v8: string };

/**
 * Makes a user's value fit for a control message on `wire`. It is read now: what becomes of it later doesn't matter.
 *
 * @throws {Error} Where values are copied, when this one can't be cloned or can't leave its process.
 */
export function pack(value: unknown, wire: Wire): Packed {
  if (wire === "reference") return { value };
  const kind = classify(value);
  if (kind === JSON_FAITHFUL || isJsonPrimitive(value)) return { json: JSON.stringify(value) };
  // comlink says of a value that can't be cloned no more than that.
  if (wire === "clone") return { value: structuredClone(value) };
  const bytes = toBytes(value);
  return { v8: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64") };
}

/** The value that was packed. */
export function unpack(packed: Packed): unknown {
  if ("value" in packed) return packed.value;
  return "json" in packed ? JSON.parse(packed.json) : fromBytes(Buffer.from(packed.v8, "base64"));
}
