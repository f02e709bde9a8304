import type { GatedCall } from "concurry";

const UNLIMITED = new AbortController().signal;

/** What a gate is told of a call. */
export function gatedCall(facts: Partial<GatedCall> = {}): GatedCall {
  return { callId: 1, method: "work", attempt: 1, workerIndex: 0, ...facts };
}

/** A signal that never aborts. */
export function noSignal(): AbortSignal {
  return UNLIMITED;
}
