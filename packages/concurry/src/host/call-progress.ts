import { TELL_INTERVAL_MS } from "../progress/remote-bar.ts";
import type { CallProgressNote } from "../protocol/call-context.ts";
import { aString, finiteNumber } from "../util/check.ts";
import { Throttle } from "../util/throttle.ts";
import type { RunningCall } from "./running-call.ts";

type Amounts = Pick<CallProgressNote, "done" | "total" | "description">;

/** Kept here and not in the call, since hardly any tells of its progress. */
const tellers = new WeakMap<RunningCall, { amounts: Amounts; readonly throttle: Throttle }>();

/** Tells the pool how far a call is. */
export function tellProgress(call: RunningCall, done: number, total?: number, description?: string): void {
  const amounts: Amounts = {
    done: finiteNumber("progress()'s done", done, 0),
    total: total === undefined ? undefined : finiteNumber("progress()'s total", total, 0),
    description: description === undefined ? undefined : aString("progress()'s description", description),
  };
  const known = tellers.get(call);
  if (known !== undefined) known.amounts = amounts;
  const teller = known ?? newTeller(call, amounts);
  teller.throttle.ask();
}

function newTeller(call: RunningCall, first: Amounts): { amounts: Amounts; readonly throttle: Throttle } {
  const { worker, number: callId, methodIndex, isBeside } = call;
  const method = worker.methods[methodIndex] as string;
  const slot = isBeside ? undefined : call.slot;
  const throttle = new Throttle(TELL_INTERVAL_MS, () => {
    worker.tellProgress({ callId, method, slot, ...teller.amounts });
  });
  const teller = { amounts: first, throttle };
  tellers.set(call, teller);
  return teller;
}
