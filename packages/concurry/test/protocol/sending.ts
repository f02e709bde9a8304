import { expect } from "vitest";
import type { Wire } from "../../src/protocol/connection.ts";
import { fromBytes, toBytes } from "../../src/protocol/v8-bytes.ts";
import { decodeThrown, encodeThrown } from "../../src/protocol/wire-error.ts";

/** A class that the worker's module exports. */
export class HttpError extends Error {
  status: number;
  readonly #secret = 1;

  constructor(status: number, options?: ErrorOptions) {
    super(`status ${status}`, options);
    this.status = status;
  }

  get isClient(): boolean {
    return this.status < 500;
  }

  get secret(): number {
    return this.#secret;
  }
}

/** The ways on which errors become data. */
export const wires = ["clone", "bytes"] as const;
const exported = new Map<unknown, string>([[HttpError, "HttpError"]]);
const nameOf = (errorClass: unknown) => exported.get(errorClass);
const classOf = (name: string) => (name === "HttpError" ? HttpError : undefined);

/** There and back, by way of what really travels. */
export function send(thrown: unknown, wire: Wire): unknown {
  const encoded = encodeThrown(thrown, { wire, exports: nameOf });
  const arrived = wire === "bytes" ? fromBytes(toBytes(encoded)) : structuredClone(encoded);
  return decodeThrown(arrived as typeof encoded, { resolveExport: classOf });
}

/** The same for an error. */
export function sendError(thrown: unknown, wire: Wire): Error & Record<string, unknown> {
  const arrived = send(thrown, wire);
  expect(arrived).toBeInstanceOf(Error);
  return arrived as Error & Record<string, unknown>;
}

/** What an action throws. */
export function caught(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
