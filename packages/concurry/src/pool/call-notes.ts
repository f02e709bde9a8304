import { AS_NUMBER } from "../protocol/encode.ts";
import { STREAM, TELL_ATTEMPT, TELL_CREDIT, TELL_LIMIT, TELL_SLOT, USUAL_CREDIT } from "../protocol/frame.ts";
import type { Outbox } from "../protocol/outbox.ts";
import type { Call } from "./call.ts";
import type { StreamCall } from "./stream-call.ts";

/** Sends facts of a call ahead of it, where they aren't what the worker takes for granted. @param timeoutMs What it does. */
export function tellFacts(outbox: Outbox, call: Call, timeoutMs: number): void {
  tell(outbox, TELL_ATTEMPT, call, call.attempt, 1);
  tell(outbox, TELL_LIMIT, call, call.timeoutMs, timeoutMs);
  if (call.op & STREAM) tell(outbox, TELL_CREDIT, call, (call as StreamCall).highWaterMark, USUAL_CREDIT);
}

/** What was told of a call that could not be sent must not count for the next one in its slot. */
export function takeBackFacts(outbox: Outbox, call: Call, timeoutMs: number): void {
  tell(outbox, TELL_ATTEMPT, call, 1, call.attempt);
  tell(outbox, TELL_LIMIT, call, timeoutMs, call.timeoutMs);
  if (call.op & STREAM) tell(outbox, TELL_CREDIT, call, USUAL_CREDIT, (call as StreamCall).highWaterMark);
}

function tell(outbox: Outbox, fact: number, call: Call, value: number, granted: number): void {
  if (value !== granted) outbox.put(0, fact + TELL_SLOT * call.slot, AS_NUMBER, value);
}
