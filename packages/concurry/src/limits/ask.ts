import type { CallCharge } from "./call-charge.ts";
import type { Grant, OwnerId } from "./grant.ts";
import type { Amounts, LimitStats } from "./limits.ts";
import type { PaidCalls } from "./paid-calls.ts";
import type { Wait, WaitSink } from "./wait.ts";

/** One request, on its way to an arbiter. */
export interface Ask {
  /** `undefined`: one of each resource; of a pool's own charge, what its call limits say. */
  readonly amounts: Amounts | undefined;
  /** The call it is made in. */
  readonly call: CallCharge | undefined;
  /** Whether the pool asks, to charge `call` itself. */
  readonly isCallCharge: boolean;
  readonly owner: OwnerId | undefined;
  /** The lease it is made in. */
  readonly parent: Grant | undefined;
  readonly priority: number;
  readonly timeoutMs: number | undefined;
  /** The signals that end the wait. */
  readonly signals: readonly AbortSignal[];
  /** The set that was chosen for it, where there are several. */
  chosen: LimitTarget | undefined;
  /** What a set that was tried would have granted, to be queued as it is. */
  prepared: Grant | undefined;
}

/** Where limits are taken from: one set, or several in turn. */
export interface LimitTarget {
  /**
   * Takes now, or not at all. To be tried before `wait`, in the same turn.
   *
   * @throws {LimitError} When the request is wrong.
   */
  take(ask: Ask): Grant | undefined;
  /** Takes what a request of plain code names, if it is as simple as that and there at once; else nothing. */
  takePlain(request: object): Grant | undefined;
  /**
   * Waits for what `take` didn't give.
   *
   * @throws {LimitError} When it may not wait: its time limit is 0, or too many wait.
   */
  wait(ask: Ask, sink: WaitSink): Wait;
  /** An owner is gone: what it waited for is forgotten, what it held comes back, its charges of rates stay. */
  ownerGone(owner: OwnerId): void;
  /** Whether a pool has to charge calls of this method. */
  chargesCall(method: string): boolean;
  /** The short way to charge calls of this method; `undefined` where there is none. */
  paidCalls(method: string): PaidCalls | undefined;
  stats(): Readonly<Record<string, LimitStats>>;
}

/** The request of a pool that charges a call, before it leaves. */
export function askForCall(
  call: CallCharge,
  facts: Pick<Ask, "owner" | "priority" | "timeoutMs" | "signals">,
): Ask {
  const { owner, priority, timeoutMs, signals } = facts;
  const nothing = { amounts: undefined, parent: undefined, chosen: undefined, prepared: undefined };
  return { ...nothing, call, isCallCharge: true, owner, priority, timeoutMs, signals };
}
