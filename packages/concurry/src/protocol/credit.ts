import type { Frame, Wire } from "./connection.ts";
import { CREDIT } from "./frame.ts";

/** Gives the stream of this id so many items more. Not put with the calls: the worker reads it while the stream runs. */
export function creditFrame(wire: Wire, id: number, items: number): Frame {
  const body = [CREDIT, id, items];
  if (wire === "bytes") return { lane: "call", body: JSON.stringify(body), form: "text" };
  return { lane: "call", body, form: "value" };
}
