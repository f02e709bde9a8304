import type { LimitErrorCode } from "../errors/concurry-error.ts";
import type { SetRules } from "./key-rules.ts";
import type { Amounts, LimitStats } from "./limits.ts";

/** What a worker asks the arbiter; only `acquire` and `stats` are answered. A lease has the number of its request. */
export type AskRecord =
  | readonly [
      type: "acquire",
      id: number,
      /** null: one of each resource. */
      amounts: Amounts | null,
      /** Milliseconds; null for no limit, -1 for: now or not at all. */
      timeoutMs: number | null,
      priority: number | null,
      /** The call it is made in; 0 for none. */
      callId: number,
      /** The lease it is made in; 0 for none. */
      parent: number,
      /** Where it is made, for warnings. */
      label: string,
      /** Which attempt of the call it is, and its place among the calls of the worker; 0 for none. */
      attempt: number,
      slot: number,
    ]
  | readonly [type: "cancel" | "release" | "return" | "leak" | "stats", id: number]
  | readonly [type: "update", id: number, usage: Amounts];

/** What the arbiter answers. */
export type AnswerRecord =
  | readonly [type: "grant", id: number, set: number, waitedMs: number, amounts: Amounts]
  /** Of a request that would not wait. */
  | readonly [type: "none", id: number]
  | readonly [
      type: "refuse",
      id: number,
      code: LimitErrorCode,
      message: string,
      key: string | null,
      details: Readonly<Record<string, unknown>>,
    ]
  /** The call that it was made in has been cancelled, or its time is over. */
  | readonly [type: "cancelled", id: number, name: string, message: string]
  | readonly [type: "stats", id: number, stats: Readonly<Record<string, LimitStats>>];

/** What a worker knows of a set from the start; plain data. */
export interface RemoteSet extends SetRules {
  readonly config: Readonly<Record<string, unknown>>;
  /** Passed on by a worker: its pool charges no calls of the one that takes from it. */
  readonly isPassedOn?: boolean;
}
