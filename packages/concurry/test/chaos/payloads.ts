import { isDeepStrictEqual } from "node:util";
import type { Random } from "./random.ts";

/** What an argument is made of: the same for the same numbers. */
export interface PayloadPlan {
  readonly kind: (typeof KINDS)[number];
  readonly number: number;
}

const KINDS = ["number", "text", "object", "map", "bytes", "big", "odd", "nothing"] as const;
const MOST_BYTES = 100_000;

export function planPayload(random: Random): PayloadPlan {
  return { kind: random.pick(KINDS), number: random.below(MOST_BYTES) };
}

/** Values that take each of the ways to a worker: as JSON, by structured clone, as bare bytes. */
export function makePayload({ kind, number }: PayloadPlan): unknown {
  switch (kind) {
    case "number":
      return number;
    case "text":
      return `text ${number} ü`.repeat(number % 20);
    case "object":
      return { number, list: [number, null, true], inner: { text: String(number) } };
    case "map":
      return new Map<unknown, unknown>([[number, new Set([new Date(number)])]]);
    case "bytes":
      return new Uint8Array(number % 512).fill(number);
    case "big":
      return new Uint8Array(number).fill(number);
    case "odd":
      return [-0, Number.NaN, BigInt(number), undefined];
    case "nothing":
      return undefined;
  }
}

/** True when a value came back as it went. */
export function isFaithful(plan: PayloadPlan, echo: unknown): boolean {
  return isDeepStrictEqual(echo, makePayload(plan));
}
