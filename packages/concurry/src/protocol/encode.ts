import type { Wire } from "./connection.ts";
import {
  classify,
  classifyArguments,
  isJsonPrimitive,
  JSON_FAITHFUL,
  JSON_PRIMITIVE,
  NUMBER,
  PRIMITIVE,
  REPLACEABLE,
} from "./json-faithful.ts";

/** A number; a batch of nothing else is one `Float64Array`. */
export const AS_NUMBER = 0;
/** Any other value that may share a message with others. */
export const AS_PLAIN = 1;
/** JSON text of a value that JSON copies truly. */
export const AS_TEXT = 2;
/** Needs a structured clone, so a message of its own: values of two calls must not share objects. */
export const ALONE = 3;
/** Holds a promise, function or iterable somewhere; can travel only with others in their places. */
export const HOLDS_REPLACEABLE = 4;

/** How one value travels. */
export type Travel = 0 | 1 | 2 | 3 | 4;

/** One value made ready for a wire. Reused from call to call: read it at once. */
export interface Encoded {
  travel: Travel;
  payload: unknown;
}

const encoded: Encoded = { travel: AS_PLAIN, payload: undefined };

function result(travel: Travel, payload: unknown): Encoded {
  encoded.travel = travel;
  encoded.payload = payload;
  return encoded;
}

/** Makes one value ready for `wire`. */
export function encodeValue(value: unknown, wire: Wire): Encoded {
  if (wire === "reference") return result(AS_PLAIN, value);
  const kind = classify(value);
  if (wire === "clone") {
    if (kind === NUMBER) return result(AS_NUMBER, value);
    if (kind === PRIMITIVE) return result(AS_PLAIN, value);
  } else if (kind === NUMBER || kind === PRIMITIVE) {
    return isJsonPrimitive(value) ? result(AS_TEXT, JSON.stringify(value)) : result(AS_PLAIN, value);
  }
  return encodeObject(value, kind);
}

/** Makes a list of arguments ready for `wire`. */
export function encodeList(list: readonly unknown[], wire: Wire): Encoded {
  if (wire === "reference") return result(AS_PLAIN, list);
  const kind = classifyArguments(list);
  if (kind === JSON_PRIMITIVE) {
    return wire === "clone" ? result(AS_PLAIN, list) : result(AS_TEXT, JSON.stringify(list));
  }
  return kind === PRIMITIVE ? result(AS_PLAIN, list) : encodeObject(list, kind);
}

function encodeObject(value: unknown, kind: number): Encoded {
  if (kind === JSON_FAITHFUL) return result(AS_TEXT, JSON.stringify(value));
  return result(kind === REPLACEABLE ? HOLDS_REPLACEABLE : ALONE, value);
}
