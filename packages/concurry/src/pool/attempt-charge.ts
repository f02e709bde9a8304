import type { CallCharge } from "../limits/call-charge.ts";
import type { Call } from "./call.ts";
import type { GatePass } from "./gate-pass.ts";

const MOST_PRIORITY = 8;

/** What one attempt of a call has to do with limits: from the moment it is to be sent until it has ended. */
export class AttemptCharge {
  readonly call: Call;
  readonly charge: CallCharge;
  gates: GatePass | undefined = undefined;
  /** Ends its wait; undefined while it doesn't wait. */
  stopWaiting: ((reason: unknown) => void) | undefined = undefined;

  constructor(call: Call, charge: CallCharge) {
    this.call = call;
    this.charge = charge;
  }

  /** That of its call, as limits know priorities. */
  get priority(): number {
    return Math.min(MOST_PRIORITY, Math.max(-MOST_PRIORITY, this.call.priority));
  }
}
