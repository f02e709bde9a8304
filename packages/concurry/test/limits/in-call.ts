import { askForCall, type LimitTarget } from "../../src/limits/ask.ts";
import { CallCharge } from "../../src/limits/call-charge.ts";
import type { Grant, OwnerId } from "../../src/limits/grant.ts";
import { homeOf, type LimitSet } from "../../src/limits/limit-set.ts";
import { LocalLimits } from "../../src/limits/local-limits.ts";
import type { SetCore } from "../../src/limits/set-core.ts";
import { keeping } from "./keeping.ts";

let calls = 0;

/** A call that a pool has charged, and the limits as its method sees them. */
export class InCall {
  readonly call: CallCharge;
  readonly limits: LocalLimits;
  readonly grant: Grant | undefined;

  constructor(target: LimitTarget, method = "callApi", owner?: OwnerId) {
    this.call = new CallCharge(++calls, method);
    const { call } = this;
    const facts = { owner, priority: 0, timeoutMs: undefined, signals: [] };
    this.grant = target.chargesCall(method) ? target.take(askForCall(call, facts)) : undefined;
    this.limits = keeping(new LocalLimits(target, () => ({ call, owner, label: `${method}()` })));
  }
}

/** The arbiter of a shared set. */
export function coreOf(set: LimitSet): SetCore {
  return homeOf(set).shared as SetCore;
}
