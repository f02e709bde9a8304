import { LimitError } from "../errors/limit-error.ts";
import type { Grant } from "./grant.ts";
import type { LimitState } from "./limit-state.ts";
import type { KeyGroup, Place } from "./wait.ts";

const MICROSECONDS = 1000;

/** Whether all that a grant needs is there, also when another is to be granted in the same step. */
export function fits(grant: Grant, now: number, beside?: Grant): boolean {
  for (let hold = grant.first; hold !== undefined; hold = hold.next) {
    const { state, needed } = hold;
    if (needed === 0) continue;
    const together = beside === undefined ? needed : needed + neededOf(beside, state);
    if (!state.meter.fits(now, together)) return false;
  }
  return true;
}

/** The first moment at which all that a grant needs will be there: now, later, or Infinity. */
export function readyAt(grant: Grant, now: number): number {
  let ready = now;
  for (let hold = grant.first; hold !== undefined; hold = hold.next) {
    const { state, needed } = hold;
    if (needed === 0 || state.meter.fits(now, needed)) continue;
    // What rounds down to this very moment is a moment later.
    ready = Math.max(ready, now + 1, state.meter.readyAt(now, needed));
  }
  return ready;
}

/** Whether one of a group's keys is reserved in this look, for someone who came earlier. */
export function isReserved(group: KeyGroup, look: number): boolean {
  for (const state of group.states) if (state.reservedIn === look) return true;
  return false;
}

/** Counts a request whose time is over, and makes its error. */
export function timedOut({ grant, deadline, arrivedAt }: Place, now: number): LimitError {
  const timeoutMs = (deadline - arrivedAt) / MICROSECONDS;
  return timeoutError(grant, timeoutMs, (now - arrivedAt) / MICROSECONDS);
}

export function timeoutError(grant: Grant, timeoutMs: number, waitedMs: number): LimitError {
  const wanted: string[] = [];
  for (let hold = grant.first; hold !== undefined; hold = hold.next) {
    if (hold.needed === 0) continue;
    hold.state.timedOut += 1;
    wanted.push(`'${hold.state.rule.key}' (${hold.needed})`);
  }
  const key = grant.first?.state.rule.key;
  const message = `Not granted within ${timeoutMs} ms: ${wanted.join(", ")}`;
  return new LimitError("LIMIT_TIMEOUT", message, {
    key,
    details: { timeoutMs, waitedMs, amounts: grant.amounts() },
  });
}

function neededOf(grant: Grant, state: LimitState): number {
  for (let hold = grant.first; hold !== undefined; hold = hold.next)
    if (hold.state === state) return hold.needed;
  return 0;
}
