import type { LimitStats } from "./limits.ts";

/** What a gate is told of the call that wants to pass. */
export interface GatedCall {
  readonly callId: number;
  readonly method: string;
  /** From 1; each attempt of a retry enters anew. */
  readonly attempt: number;
  readonly workerIndex: number;
}

/**
 * A limiter of another make in front of a pool's calls.
 *
 * A pool enters its gates one after the other, in the order of the set, once per attempt and before any `CallLimit`
 * is charged; it leaves them in reverse when the attempt has settled or its worker is gone. `acquire` can't name one.
 *
 * @example
 * const gate: LimitGate = {
 *   key: "upstream",
 *   enter: async (_call, signal) => ({ leave: await upstream.lock({ signal }) }),
 * };
 */
export interface LimitGate {
  /** Its name in the stats, different from that of every limit of the set. */
  readonly key: string;
  /** Resolves when the call may pass; rejects when it never may, or `signal` aborts. */
  enter(call: GatedCall, signal: AbortSignal): Promise<{ leave(): void }>;
  /** Numbers that the stats show beside `key` and `kind`. */
  stats?(): Partial<LimitStats>;
}

/** Whether a member of a list of limits is a gate. */
export function isGate(value: unknown): value is LimitGate {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Partial<LimitGate>).key === "string" &&
    typeof (value as Partial<LimitGate>).enter === "function"
  );
}
